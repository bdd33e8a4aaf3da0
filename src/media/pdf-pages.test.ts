import { PDFPageTree } from 'pdf-lib';
import { pdf } from '../../test/support/files';
import { inspect } from './inspect';
import { pagesOf } from './pdf-pages';

/** A PDF of these objects, numbered from 1; the first is its catalogue. */
function pdfOf(...objects: string[]): Buffer {
  const all = objects.map((each, index) => `${index + 1} 0 obj<<${each}>>endobj\n`).join('');
  return Buffer.from(`%PDF-1.4\n${all}trailer<</Root 1 0 R>>\nstartxref\n0\n%%EOF`, 'latin1');
}

const CATALOGUE = '/Type/Catalog/Pages 2 0 R';
const PAGE = '/Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]';

/** Every node names the next one twice: 2^`depth` ways lead to one page. */
function doubled(depth: number): Buffer {
  const nodes = Array.from(
    { length: depth },
    (_, index) => `/Type/Pages/Count 2/Kids[${index + 3} 0 R ${index + 3} 0 R]`,
  );
  return pdfOf(CATALOGUE, ...nodes, PAGE);
}

test('the pages of a PDF are measured, however its tree is built', async () => {
  expect(await pagesOf(await pdf(3), 3)).toEqual(Array(3).fill({ width: 200, height: 300 }));
  const deep = pdfOf(
    ...[CATALOGUE, '/Type/Pages/Count 2/Kids[3 0 R 4 0 R]', '/Type/Pages/Count 1/Kids[5 0 R]'],
    ...[PAGE, PAGE],
  );
  expect(await pagesOf(deep, 2)).toHaveLength(2);
});

test.each<[what: string, file: () => Buffer | Promise<Buffer>, message: string]>([
  ['whose nodes name one another twice', () => doubled(30), 'is a damaged PDF'],
  ['that is a circle', () => pdfOf(CATALOGUE, '/Type/Pages/Kids[2 0 R]', PAGE), 'is a damaged PDF'],
  ['of too many pages', () => pdf(4), 'has more than 3 pages'],
  [
    'of too many that are none',
    () => pdfOf(CATALOGUE, '/Type/Pages/Kids[3 0 R 1 1 R 2 1 R 3 1 R]', PAGE),
    'has more than 3 pages',
  ],
])('a PDF %s is refused before its pages are gone through', async (_what, file, message) => {
  const bytes = await file();
  const traverse = jest.spyOn(PDFPageTree.prototype, 'traverse');
  // A walk that never ends would end the tests.
  traverse.mockImplementation(() => undefined);
  await expect(pagesOf(bytes, 3)).rejects.toThrow(message);
  expect(traverse).not.toHaveBeenCalled();
  traverse.mockRestore();
});

test('a PDF of more streams than any has is refused', () => {
  const stream = '1 0 obj<</Length 1>>stream\nx\nendstream endobj\n';
  const walk = inspect();
  walk.push(Buffer.from(`%PDF-1.4\n${stream.repeat(5_001)}startxref\n0\n%%EOF`));
  expect(() => walk.end()).toThrow('is a PDF of an unusual kind');
});
