/** PDFs as banks, printers and signers create them, and hostile ones, built byte by byte. */
import { deflateSync } from 'node:zlib';

const text = (latin1: string) => Buffer.from(latin1, 'latin1');

/** Builds a PDF of these objects, numbered from 1, with a cross-reference table. */
export function pdfOf(
  objects: readonly (string | Buffer)[],
  header = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n',
) {
  const parts = [text(header)];
  const offsets: number[] = [];
  let at = header.length;
  const add = (part: Buffer<ArrayBuffer>) => {
    parts.push(part);
    at += part.length;
  };
  for (const [index, body] of objects.entries()) {
    offsets.push(at);
    add(text(`${index + 1} 0 obj\n`));
    add(typeof body === 'string' ? text(body) : Buffer.from(body));
    add(text('\nendobj\n'));
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`;
  const trailer = `trailer\n<</Size ${objects.length + 1}/Root 1 0 R/Info 2 0 R>>\n`;
  return Buffer.concat([...parts, text(`${table}${trailer}startxref\n${at}\n%%EOF\n`)]);
}

const streamOf = (content: Buffer | string, dictionary = '', length?: string) =>
  Buffer.concat([
    text(`<<${dictionary}/Length ${length ?? content.length}>>\nstream\n`),
    ...[typeof content === 'string' ? text(content) : content, text('\nendstream')],
  ]);

const CONTENT = streamOf('BT /F1 12 Tf 72 700 Td (Recibo) Tj ET');
const pageOf = (content: number) =>
  `<</Type/Page/Parent 3 0 R/MediaBox[0 0 612 792]/Contents ${content} 0 R/Resources<<` +
  '/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>>>';

interface Receipt {
  producer?: string;
  pages?: number;
  extra?: (string | Buffer)[];
  catalogue?: string;
  header?: string;
}

/** A receipt of a bank: catalogue 1, information 2, page tree 3, then pages from 4, each with its content. */
export function receipt({
  producer = 'Generador 1.0',
  pages = 1,
  extra = [],
  ...more
}: Receipt = {}) {
  const kids = Array.from({ length: pages }, (_, index) => `${4 + 2 * index} 0 R`).join(' ');
  return pdfOf(
    [
      `<</Type/Catalog/Pages 3 0 R${more.catalogue ?? ''}>>`,
      `<</Producer(${producer})>>`,
      `<</Type/Pages/Kids[${kids}]/Count ${pages}>>`,
      ...Array.from({ length: pages }, (_, index) => [pageOf(5 + 2 * index), CONTENT]).flat(),
      ...extra,
    ],
    more.header,
  );
}

/** Appends objects in an incremental update, as signatures, stamps and comments do. */
function savedOn(before: Buffer, objects: Readonly<Record<number, string>>): Buffer {
  const latin1 = before.toString('latin1');
  const previous = /startxref\n(\d+)\n%%EOF\n$/.exec(latin1)?.[1] ?? '0';
  let grown = latin1;
  let table = 'xref\n';
  for (const [number, body] of Object.entries(objects)) {
    table += `${number} 1\n${String(grown.length).padStart(10, '0')} 00000 n \n`;
    grown += `${number} 0 obj\n${body}\nendobj\n`;
  }
  const at = grown.length;
  const trailer = `trailer\n<</Size 60/Root 1 0 R/Prev ${previous}>>\n`;
  return text(`${grown}${table}${trailer}startxref\n${at}\n%%EOF\n`);
}

export const pageAgain = () => savedOn(receipt(), { 4: pageOf(5) });
export const pageRemoved = () =>
  savedOn(receipt({ pages: 2 }), { 3: '<</Type/Pages/Kids[4 0 R]/Count 1>>' });
export const pageAdded = () =>
  savedOn(receipt(), { 3: '<</Type/Pages/Kids[4 0 R 50 0 R]/Count 2>>', 50: pageOf(5) });

/** An uncompressed stream; with `isIndirect` its length is in another object. */
export function described(isIndirect: boolean): Buffer {
  const xmp = '<x:xmpmeta><pdf:Producer>Dialogo Exstream 16.6</pdf:Producer></x:xmpmeta>';
  const length = isIndirect ? '7 0 R' : undefined;
  return receipt({
    catalogue: '/Metadata 6 0 R',
    extra: [streamOf(xmp, '/Type/Metadata/Subtype/XML', length), String(xmp.length)],
  });
}

/** A receipt with an uncompressed attachment: another receipt of three pages. */
export function attached(isIndirect: boolean): Buffer {
  const inner = receipt({ pages: 3 });
  const length = isIndirect ? '7 0 R' : undefined;
  return receipt({ extra: [streamOf(inner, '/Type/EmbeddedFile', length), String(inner.length)] });
}

const TREE =
  '10 0 obj<</Type/Catalog/Pages 11 0 R>>endobj\n11 0 obj<</Type/Pages/Kids[12 0 R]/Count 1>>endobj\n' +
  '12 0 obj<</Type/Page/Parent 11 0 R/MediaBox[0 0 200 200]>>endobj\n' +
  'trailer<</Root 10 0 R>>\nstartxref\n0\n%%EOF';

interface Bomb {
  keyword?: string;
  filter?: string;
  before?: string;
}

/** A PDF of one page with an object stream of these bytes. */
export function withObjectStream(content: Buffer, { keyword = 'stream\n', ...more }: Bomb = {}) {
  const { filter = '/FlateDecode', before = '' } = more;
  const head = `%PDF-1.4\n1 0 obj<<${before}/Type/ObjStm/N 1/First 4/Filter${filter}/Length ${content.length}>>`;
  return Buffer.concat([text(head + keyword), content, text(`\nendstream endobj\n${TREE}`)]);
}

export const twiceDeflated = (size: number) =>
  deflateSync(deflateSync(Buffer.alloc(size, 32), { level: 9 }), { level: 9 });

export const DOUBLE_FILTER = '[/FlateDecode/FlateDecode]';

/** A PDF with its page tree in an object stream, followed by `padding` blanks, compressed twice. */
export function hiddenTree(padding: number): Buffer {
  const tree = '<</Type/Pages/Kids[3 0 R]/Count 1>>';
  const page = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>';
  const content = text(`${`2 0 3 ${tree.length}`.padEnd(10)}${tree}${page}`);
  const deflated = deflateSync(deflateSync(Buffer.concat([content, Buffer.alloc(padding, 32)])));
  const catalogue = text('%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n');
  const head = `4 0 obj<</Type/ObjStm/N 2/First 10/Filter${DOUBLE_FILTER}/Length ${deflated.length}>>stream\n`;
  const stream = Buffer.concat([text(head), deflated, text('\nendstream endobj\n')]);
  const at = catalogue.length + stream.length;
  const rows = [
    [0, 0, 65_535],
    [1, 9, 0],
    [2, 4, 0],
    [2, 4, 1],
    [1, catalogue.length, 0],
    [1, at, 0],
  ].map(([type = 0, second = 0, third = 0]) => {
    const row = Buffer.alloc(7);
    row.writeUInt8(type);
    row.writeUInt32BE(second, 1);
    row.writeUInt16BE(third, 5);
    return row;
  });
  const table = `5 0 obj<</Type/XRef/Size 6/W[1 4 2]/Root 1 0 R/Length 42>>stream\n`;
  const end = `\nendstream endobj\nstartxref\n${at}\n%%EOF\n`;
  return Buffer.concat([catalogue, stream, text(table), ...rows, text(end)]);
}

/** Page tree in which each node refers to the next one twice: 2^`depth` paths to one page. */
export function doubled(depth: number, count: string): Buffer {
  const nodes = Array.from(
    { length: depth },
    (_, index) => `<</Type/Pages${count}/Kids[${index + 3} 0 R ${index + 3} 0 R]>>`,
  );
  const page = '<</Type/Page/MediaBox[0 0 200 200]>>';
  return pdfOf(['<</Type/Catalog/Pages 2 0 R>>', ...nodes, page]);
}

export const circle = () =>
  pdfOf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[2 0 R]/Count 1>>']);

/** Many false starts of a stream, with as many false filters. */
export const flood = (filters: number, streams: number) =>
  text(
    `%PDF-1.4\n${`${'/Filter['.repeat(filters)}/ObjStm stream\nendstream\n`.repeat(streams)}` +
      '\n3 0 obj<</Type/Page>>endobj\nstartxref\n0\n%%EOF',
  );
