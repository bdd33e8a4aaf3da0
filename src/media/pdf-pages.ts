import { PDFDocument } from 'pdf-lib';
import { inspect } from './inspect';
import { ContentRefused } from './walk';

/** A page's size in points (1/72 inch). */
export interface PageSize {
  width: number;
  height: number;
}

/**
 * The pages of a PDF that is to be filled. It is looked at with bounded work before a library that isn't bounded reads it.
 * @throws ContentRefused where it is none, or can't be filled.
 */
export async function pagesOf(bytes: Buffer, maxPages: number): Promise<PageSize[]> {
  const walk = inspect();
  walk.push(bytes);
  const { found } = walk.end();
  if (found.mime !== 'application/pdf') throw new ContentRefused('is no PDF');
  if ((found.pages ?? 0) > maxPages) throw new ContentRefused(`has more than ${maxPages} pages`);
  const pages = await load(bytes);
  if (pages.length > maxPages) throw new ContentRefused(`has more than ${maxPages} pages`);
  return pages;
}

/** Whatever the library throws, it is the file that it can't read. */
async function load(bytes: Buffer): Promise<PageSize[]> {
  try {
    const document = await PDFDocument.load(bytes, { updateMetadata: false });
    return document.getPages().map((page) => page.getSize());
  } catch {
    throw new ContentRefused('is a damaged PDF');
  }
}
