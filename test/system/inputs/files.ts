/** Kinds E, F and G: files as banks and devices make them. */
import sharp from 'sharp';
import { FIELD_FILMS } from '../../support/field-films';
import { pageAgain, receipt } from '../../support/field-pdfs';
import { orientedAs } from '../../support/field-pictures';
import { jpeg, png, pngExif, webp } from '../../support/files';
import * as sealed from '../../support/sealed-pdfs';
import { numbered, type Row } from './row';
import { brief, details, type Tenant } from './tenant';

interface Uploaded {
  media: { uuid: string; mime: string };
}
interface Rule {
  types: string[];
  max_pages?: number;
}

const PDF: Rule = { types: ['application/pdf'] };
const ONE_PAGE: Rule = { ...PDF, max_pages: 1 };
const PICTURE: Rule = { types: ['image/jpeg', 'image/png', 'image/webp'] };
const FILM: Rule = { types: ['video/mp4', 'video/webm'] };

/** Uploads a file to a step of its own. */
export async function upload(test: Tenant, file: Buffer, rule: Rule) {
  const files = [{ collection: 'doc', title: 'Doc', max_files: 20, ...rule }];
  const step = await test.step('files_upload', { files });
  const form = new FormData();
  form.append('collection', 'doc');
  form.append('file', new Blob([new Uint8Array(file)]), 'file');
  return test.call<Uploaded>(`/v1/steps/${step}/media`, { raw: form });
}

const taken = (what: string, file: Buffer, rule: Rule, mime = rule.types[0]): Omit<Row, 'id'> => ({
  what,
  ask: async ({ test }) => {
    const answer = await upload(test, file, rule);
    const { status, error } = answer;
    return [status, error === null ? answer.result.media.mime : details(answer)];
  },
  right: [201, mime],
});

const refused = (what: string, file: Buffer, rule: Rule, message: string): Omit<Row, 'id'> => ({
  what,
  ask: async ({ test }) => {
    const answer = await upload(test, file, rule);
    return [brief(answer), ...details(answer)];
  },
  right: ['422 submission_refused file', `file ${message}`],
});

const template = (what: string, file: Buffer): Omit<Row, 'id'> => ({
  what: `${what}, as a document template`,
  ask: async ({ test }) => {
    const body = { name: `${what} ${Math.random()}`, content: file.toString('base64') };
    return brief(await test.call('/v1/document-templates', { body }));
  },
  right: '201',
});

/** Shape and tags of the copy that is served of a picture that lies on its side. */
const upright = (what: string, file: Buffer): Omit<Row, 'id'> => ({
  what,
  ask: async ({ test }) => {
    const { status, result } = await upload(test, file, PICTURE);
    const served = await fetch(`${test.url}/v1/media/${result.media.uuid}`, {
      headers: { authorization: `Bearer ${test.key}` },
    });
    const bytes = Buffer.from(await served.arrayBuffer());
    const { width, height, orientation, exif } = await sharp(bytes).metadata();
    return [status, height > width, orientation, exif];
  },
  right: [201, true, undefined, undefined],
});

const behind = (start: Buffer | string) =>
  Buffer.concat([Buffer.from(start as string, 'latin1'), receipt()]);
const exstream = 'Dialogo Exstream 16.6';
const PDFS: [what: string, file: Buffer, rule?: Rule][] = [
  ['a PDF made by Exstream', receipt({ producer: exstream }), ONE_PAGE],
  ['a PDF with a byte order mark', behind('\xef\xbb\xbf')],
  ['a PDF behind a line end', behind('\r\n')],
  ['a PDF behind 200 zeros', behind('\0'.repeat(200))],
  ['a PDF padded with 3,000 zeros', Buffer.concat([receipt(), Buffer.alloc(3_000)])],
  ['a PDF saved again', pageAgain(), ONE_PAGE],
];
const MORE = 'has more than 1 pages';
const PASSWORD = 'is encrypted with a password; send a copy without one';

const pdfRows: Row[] = numbered('F-E', [
  ...PDFS.map(([what, file, rule = PDF]) => taken(what, file, rule)),
  refused('two pages made by Exstream', receipt({ producer: exstream, pages: 2 }), ONE_PAGE, MORE),
  refused('two pages', receipt({ pages: 2 }), ONE_PAGE, MORE),
  ...PDFS.map(([what, file]) => template(what, file)),
  template('two pages made by Exstream', receipt({ producer: exstream, pages: 2 })),
  taken('a PDF locked for changes', sealed.OWNER_R4, PDF),
  refused('a PDF that opens with a password', sealed.USER_R4, PDF, PASSWORD),
]);

const stray = (hex: string) => jpeg({ more: [Buffer.from(hex, 'hex')] });
const [[, iphone] = ['', () => Buffer.alloc(0)]] = FIELD_FILMS;

const deviceRows: Row[] = numbered('F-F', [
  taken('a JPEG with zeros before a marker', stray('0000'), PICTURE),
  taken('a JPEG with half a marker', stray('00e10008616263646566'), PICTURE),
  taken('a photo of 8160 × 6144', jpeg({ width: 8_160, height: 6_144 }), PICTURE),
  taken('a photo of 8192 × 6144', jpeg({ width: 8_192, height: 6_144 }), PICTURE),
  taken('a film of an iPhone', iphone(), FILM, 'video/quicktime'),
]);

const LONG = '4d4d002a00000008000101120004000000010000000600000000';
const orientationRows: Row[] = numbered('F-G', [
  upright('a WebP on its side', webp()),
  upright('a PNG on its side', png({ more: [pngExif(6)] })),
  upright('a JPEG whose orientation is a LONG', orientedAs(LONG)),
]);

export const fileRows: Row[] = [...pdfRows, ...deviceRows, ...orientationRows];
