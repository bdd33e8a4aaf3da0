import { PDFDocument, PDFPageTree } from 'pdf-lib';
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
  return load(bytes, maxPages);
}

/** Whatever the library throws, it is the file that it can't read. */
async function load(bytes: Buffer, maxPages: number): Promise<PageSize[]> {
  try {
    const document = await PDFDocument.load(bytes, { updateMetadata: false });
    requireTree(document.catalog.Pages(), maxPages);
    return document.getPages().map((page) => page.getSize());
  } catch (error) {
    if (error instanceof ContentRefused) throw error;
    throw new ContentRefused('is a damaged PDF');
  }
}

/**
 * The library follows every way to a node: where a few nodes name one another twice, they are more than it ever comes to
 * the end of. What stands in place of a page counts as one, since the library goes over it too.
 */
function requireTree(root: PDFPageTree, maxPages: number): void {
  const seen = new Set<unknown>([root]);
  const open = [root];
  let pages = 0;
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const kids = node.Kids();
    for (let index = 0; index < kids.size(); index += 1) {
      const kid = kids.lookup(index);
      if (kid !== undefined && seen.has(kid)) throw new ContentRefused('is a damaged PDF');
      seen.add(kid);
      if (kid instanceof PDFPageTree) open.push(kid);
      else pages += 1;
      if (pages > maxPages) throw new ContentRefused(`has more than ${maxPages} pages`);
    }
  }
}
