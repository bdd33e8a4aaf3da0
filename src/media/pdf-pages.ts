import { filePool } from './file-pool';
import type { PageSize } from './file-task';
import { isPdf } from './inspect';
import { ContentRefused } from './file-scanner';

export type { PageSize } from './file-task';

/**
 * Returns the page sizes of a PDF that will be filled.
 * @throws ContentRefused if it is no PDF, can't be read or has more than `maxPages` pages. @throws FilesBusy.
 */
export async function pagesOf(
  bytes: Buffer,
  maxPages: number,
  account: string,
): Promise<PageSize[]> {
  if (!isPdf(bytes)) throw new ContentRefused('is no PDF; send a PDF');
  const own = new Uint8Array(bytes);
  const task = { kind: 'pages', bytes: own, limit: maxPages + 1 } as const;
  const pages = await filePool.run(task, account);
  if (pages.length > maxPages) throw new ContentRefused(`has more than ${maxPages} pages`);
  return pages;
}
