import { FIELD_PDFS, REFUSED_PDFS } from '../../test/support/field-documents';
import { pdfOf } from '../../test/support/field-pdfs';
import { jpeg, pdf } from '../../test/support/files';
import { pagesOf } from './pdf-pages';

const measure = (file: Buffer, maxPages = 200) => pagesOf(file, maxPages, 'account');

test('pagesOf() returns the page sizes that viewers show', async () => {
  expect(await measure(await pdf(3))).toEqual(Array(3).fill({ width: 200, height: 300 }));
  const turned = pdfOf([
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2/MediaBox[0 0 612 792]>>',
    '<</Type/Page/Parent 2 0 R/Rotate 90>>',
    '<</Type/Page/Parent 2 0 R/CropBox[0 0 300 400]>>',
  ]);
  expect(await measure(turned)).toEqual([
    { width: 792, height: 612 },
    { width: 300, height: 400 },
  ]);
});

test.each(FIELD_PDFS)('pagesOf() measures a PDF %s', async (_what, make, pages) => {
  const file = await make();
  expect(await measure(file, pages)).toHaveLength(pages);
  if (pages === 1) return;
  await expect(measure(file, pages - 1)).rejects.toThrow(`has more than ${pages - 1} pages`);
});

test.each(REFUSED_PDFS.filter(([what]) => !what.includes('HTML')))(
  'pagesOf() refuses a PDF %s',
  async (_what, make, message) => {
    await expect(measure(await make())).rejects.toThrow(message);
  },
);

test('pagesOf() refuses a file of another type and does not detach the bytes it measures', async () => {
  await expect(measure(jpeg())).rejects.toThrow('is no PDF; send a PDF');
  const file = await pdf();
  await measure(file);
  expect(file.toString('latin1', 0, 5)).toBe('%PDF-');
});
