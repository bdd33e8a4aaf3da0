/** PDFs that viewers open, with their page sizes, and PDFs that must be refused. */
import {
  attached,
  circle,
  described,
  DOUBLE_FILTER,
  doubled,
  flood,
  hiddenTree,
  pageAdded,
  pageAgain,
  pageRemoved,
  pdfOf,
  receipt,
  twiceDeflated,
  withObjectStream,
} from './field-pdfs';
import { HTML, pdf, pdfBomb } from './files';
import * as sealed from './sealed-pdfs';

type Make = () => Buffer | Promise<Buffer>;

/** Creates a file once: some are large before compression. */
const once = (make: Make): Make => {
  let file: ReturnType<Make> | undefined;
  return () => (file ??= make());
};

const text = (latin1: string) => Buffer.from(latin1, 'latin1');
const changed = (from: Buffer, pattern: RegExp, to: string) =>
  text(from.toString('latin1').replace(pattern, to));
const behind = (start: string | Buffer, file = receipt()) =>
  Buffer.concat([typeof start === 'string' ? text(start) : start, file]);
const before = (end: string | Buffer, file = receipt()) =>
  Buffer.concat([file, typeof end === 'string' ? text(end) : end]);

export const FIELD_PDFS: readonly [what: string, make: Make, pages: number][] = [
  ['made by Exstream', () => receipt({ producer: 'Dialogo Exstream 16.6' }), 1],
  ['of two pages made by Exstream', () => receipt({ producer: 'Dialogo Exstream', pages: 2 }), 2],
  ['whose title ends a stream', () => receipt({ producer: 'upstream endstream endobj' }), 1],
  ['whose title names pages', () => receipt({ producer: '/Type/Page /Type /Page' }), 1],
  ['in a font of Bitstream', () => changed(receipt(), /Helvetica/, 'Bitstream'), 1],
  ['described as by Exstream', () => described(false), 1],
  ['described at a length told elsewhere', () => described(true), 1],
  ['with a PDF attached', () => attached(false), 1],
  ['with a PDF attached at a length told elsewhere', () => attached(true), 1],
  [
    'with pages that nothing names',
    () => receipt({ extra: ['<</Type/Page>>', '<</Type/Page>>'] }),
    1,
  ],
  ['with a name in codes', () => changed(receipt(), /\/Type\/Page\//, '/Type/P#61ge/'), 1],
  ['with a byte order mark', () => behind('\xef\xbb\xbf'), 1],
  ['with a line end first', () => behind('\r\n'), 1],
  ['with 200 zeros first', () => behind(Buffer.alloc(200)), 1],
  ['with mail headers first', () => behind('Content-Type: application/pdf\r\n\r\n'), 1],
  ['with a printer’s commands first', () => behind('\x1b%-12345X@PJL ENTER LANGUAGE=PDF\r\n'), 1],
  ['with 1,000 bytes first', () => behind('x'.repeat(1_000)), 1],
  ['padded with 3,000 zeros', () => before(Buffer.alloc(3_000)), 1],
  ['padded with 40,000 zeros', () => before(Buffer.alloc(40_000)), 1],
  ['with line ends behind it', () => before('\r\n'.repeat(5_000)), 1],
  ['without the line of its end', () => changed(receipt(), /%%EOF\n/, ''), 1],
  ['with a page written anew', () => pageAgain(), 1],
  ['with a page removed', () => pageRemoved(), 1],
  ['with a page added', () => pageAdded(), 2],
  ['whose table is elsewhere', () => changed(receipt(), /startxref\n\d+/, 'startxref\n5'), 1],
  [
    'whose table is wrong',
    () => changed(receipt(), /(\d{6})(\d{4}) 00000 n/g, '$10007 00000 n'),
    1,
  ],
  ['without a table', () => changed(receipt(), /xref\n0 [^]*?trailer/, 'trailer'), 1],
  ['with line ends of Windows', () => changed(receipt(), /\n/g, '\r\n'), 1],
  ['with a version cut off', () => receipt({ header: '%PDF-1.\n' }), 1],
  ['that states too many pages', () => changed(receipt({ pages: 2 }), /Count 2/, 'Count 9'), 2],
  ['that states no pages', () => changed(receipt({ pages: 2 }), /\/Count 2/, ''), 2],
  ['with object streams', () => pdf(3), 3],
  ['without them', () => pdf(2, false), 2],
  ['with a tree in an object stream', () => hiddenTree(0), 1],
  ['linearized', () => sealed.LINEARIZED, 3],
  ['locked for changes by RC4', () => sealed.OWNER_R3, 2],
  ['locked for changes by AES-128', () => sealed.OWNER_R4, 1],
  ['locked with object streams', () => sealed.OWNER_R4_STREAMS, 2],
  ['locked for changes by AES-256', () => sealed.OWNER_R6_STREAMS, 2],
];

const BOMB = 'is compressed out of all proportion';
const CUT = 'is cut short';
const ENCRYPTED = 'is encrypted with a password; send a copy without one';
const NO_PAGES = 'is a PDF without pages';
const bomb = (size: number, more = {}) =>
  withObjectStream(twiceDeflated(size), { filter: DOUBLE_FILTER, ...more });

const REFUSED: readonly [what: string, make: Make, message: string][] = [
  ['that opens with a password', () => sealed.USER_R4, ENCRYPTED],
  ['that opens with a password by AES-256', () => sealed.USER_R6, ENCRYPTED],
  ['with HTML first', () => behind(HTML), 'is of a kind that is not accepted'],
  ['cut in the middle', () => receipt().subarray(0, 300), CUT],
  ['of streams, cut', async () => (await pdf(9)).subarray(0, 300), CUT],
  ['linearized, cut', () => sealed.LINEARIZED.subarray(0, -200), CUT],
  ['of a name alone', () => text('%PDF-1.7\nstartxref\n%%EOF'), CUT],
  [
    'without pages',
    () => pdfOf(['<</Type/Catalog/Pages 2 0 R>>', '<</Type/Pages/Kids[]/Count 0>>']),
    NO_PAGES,
  ],
  ['whose tree is a circle', () => circle(), NO_PAGES],
  ['whose tree doubles', () => doubled(40, ''), NO_PAGES],
  ['that is a bomb', () => pdfBomb(40_000_000), BOMB],
  ['that is a bomb after a carriage return', () => bomb(64 << 20, { keyword: 'stream\r' }), BOMB],
  ['that is a bomb after a blank', () => bomb(64 << 20, { keyword: 'stream \r\n' }), BOMB],
  ['that is a bomb behind blanks', () => bomb(96 << 20, { before: ' '.repeat(4_200) }), BOMB],
  ['that is a bomb behind a string', () => bomb(96 << 20, { before: '/X( obj)' }), BOMB],
  ['with a tree in a bomb', () => hiddenTree(96 << 20), BOMB],
  ['of filters', () => flood(40, 600), CUT],
  ['of more filters', () => flood(25, 5_000), CUT],
  ['of objects that begin', () => text(`%PDF-1.4\n${'1 0 obj '.repeat(40_000)}%%EOF`), CUT],
  ['of lists that begin', () => text(`%PDF-1.4\n1 0 obj${'['.repeat(1_000_000)}%%EOF`), 'is c'],
  ['of dictionaries that begin', () => text(`%PDF-1.4\n1 0 obj${'<<'.repeat(1_000_000)}`), CUT],
  ['of strings that begin', () => text(`%PDF-1.4\n1 0 obj${'('.repeat(2_000_000)}`), CUT],
];

export const REFUSED_PDFS = REFUSED.map(
  ([what, make, message]) => [what, once(make), message] as const,
);
