/** Kinds 2, 3, 4, 7, 8 and 16: inputs that cost more than they say. What they cost is measured by tests of each part. */
import { deflateSync } from 'node:zlib';
import { REFUSED_PDFS } from '../../support/field-documents';
import { withObjectStream } from '../../support/field-pdfs';
import { box, jpeg } from '../../support/files';
import { COSTLY_FILES } from '../../support/hostile-files';
import { upload } from './files';
import { numbered, type Row } from './row';
import { brief, details, type Tenant } from './tenant';
import type { World } from './world';

const TYPES = ['application/pdf', 'image/jpeg', 'image/png', 'image/webp', 'video/mp4'];

/** A stream of objects that names three million pages in 61 KB. */
const manyPages = () => withObjectStream(deflateSync(Buffer.alloc(31 << 20, '/Type/Page ')));

/** Returns `right` for one of these statuses, else the status. */
const oneOf = (status: number, ...right: number[]) => (right.includes(status) ? 'right' : status);

const dots = (count: number): Omit<Row, 'id'> => ({
  what: `a signed message of ${count} dots`,
  ask: async (world) => {
    const Body = `${'.'.repeat(count)}x`;
    const status = await world.inbound(world.lines.twilio, { From: '+525512340702', Body });
    return oneOf(status, 200, 413);
  },
  right: 'right',
});

const PATTERN = `${'.{0,999}'.repeat(24)}x`;
const field = (key: string, more: object) => ({ key, label: key, type: 'text', ...more });
const patterns = (...fields: object[]): Omit<Row, 'id'> => ({
  what: `${fields.length} fields with a pattern of 24,000 instructions`,
  ask: async ({ test }) => {
    const answer = await test.call('/v1/forms', { body: { name: 'Patterns', fields } });
    return [brief(answer), details(answer)[0]];
  },
  right: [
    `400 validation_failed ${fields.map((_, index) => `fields.${index}.pattern`).join(' ')}`,
    expect.stringContaining('compiles to more than 1000 instructions') as string,
  ],
});

/** Answers of a form with the largest pattern that is accepted. */
async function largePattern({ test }: World, length: number): Promise<string> {
  const fields = [field('a', { pattern: '(?:ab?){0,100}x?', max: 2_000, required: true })];
  const form_uuid = await test.made('/v1/forms', { name: 'Large pattern', fields });
  const step = await test.step('custom_form', { form_uuid });
  const data = length === 0 ? {} : { a: 'a'.repeat(length) };
  return brief(await test.submit(step, data));
}

const BOMBS = REFUSED_PDFS.filter(([what]) => /bomb|objects that begin/.test(what));
const bombs: Omit<Row, 'id'>[] = BOMBS.map(([what, make, message]) => ({
  what: `a PDF ${what}, as a document template`,
  ask: async ({ test }) => {
    const file = await make();
    const body = { name: `Bomb ${what}`, content: file.toString('base64') };
    const answer = await test.call('/v1/document-templates', { body });
    return answer.status === 413 ? 'right' : [brief(answer), ...details(answer)];
  },
  right: [
    '400 validation_failed content',
    expect.stringMatching(new RegExp(`^content ${message}`)) as string,
  ],
}));

const uploads: Omit<Row, 'id'>[] = [
  ...REFUSED_PDFS.filter(([what]) => /filters|lists that begin/.test(what)).map(
    ([what, make]) => [`a PDF ${what}`, make] as const,
  ),
  ['a PDF that names pages', manyPages] as const,
  ...COSTLY_FILES.filter(([what]) => /empty|fill bytes/.test(what)),
].map(([what, make]) => ({
  what: `${what}, uploaded`,
  ask: async ({ test }) => {
    const answer = await upload(test, await make(), { types: TYPES });
    return oneOf(answer.status, 201, 422);
  },
  right: 'right',
}));

/** An MP4 whose index comes byte by byte after 14 MiB. */
async function dripped(test: Tenant): Promise<number> {
  const index = box('moov', box('free', Buffer.alloc(15 * 1024 * 1024)));
  const film = Buffer.concat([box('ftyp', Buffer.from('isom\0\0\0\0')), index]);
  const files = [{ collection: 'doc', title: 'Doc', types: TYPES }];
  const step = await test.step('files_upload', { files });
  const part = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"`;
  const start = `${part('collection')}\r\n\r\ndoc\r\n${part('file')}; filename="f"\r\n\r\n`;
  const at = 14 * 1024 * 1024;
  const pieces = [
    ...[Buffer.from(start), film.subarray(0, at)],
    ...Array.from({ length: 500 }, (_, byte) => film.subarray(at + byte, at + byte + 1)),
    ...[film.subarray(at + 500), Buffer.from('\r\n--b--\r\n')],
  ];
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const piece = pieces.shift();
      await new Promise((resolve) => setImmediate(resolve));
      if (piece === undefined) controller.close();
      else controller.enqueue(new Uint8Array(piece));
    },
  });
  const response = await fetch(`${test.url}/v1/steps/${step}/media`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${test.key}`,
      'content-type': 'multipart/form-data; boundary=b',
    },
    ...{ body, duplex: 'half' },
  });
  return response.status;
}

/** Posts a form without a signature to a connector of Twilio. */
async function unsigned({ stack, lines }: World, fields: number): Promise<number> {
  const names = Array.from({ length: fields }, (_, each) => each.toString(36).padStart(4, 'a'));
  const response = await fetch(`${stack.url}/callbacks/twilio/${lines.twilio}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': 'x',
    },
    body: names.join('&'),
  });
  return response.status;
}

export const costlyRows: Row[] = [
  ...numbered('S-02', [dots(30_000), dots(60_000), dots(2_000_000)]),
  ...numbered('S-03', [
    patterns(...['a', 'b', 'c', 'd', 'e'].map((key) => field(key, { pattern: PATTERN }))),
    patterns(field('a', { pattern: PATTERN })),
    {
      what: 'nothing for a form with a large pattern',
      ask: (world) => largePattern(world, 0),
      right: '422 submission_refused data.a',
    },
    ...[200, 1_000, 2_000].map((length) => ({
      what: `${length} characters for a large pattern`,
      ask: (world: World) => largePattern(world, length),
      right: '422 submission_refused data.a',
    })),
  ]),
  ...numbered('S-04', bombs),
  ...numbered('S-07', [
    ...uploads,
    {
      what: 'an MP4 whose index comes byte by byte, uploaded',
      ask: async ({ test }) => oneOf(await dripped(test), 422),
      right: 'right',
    },
  ]),
  ...numbered('S-08', [
    {
      what: 'a callback of 400,000 fields without a signature',
      ask: async (world) => oneOf(await unsigned(world, 400_000), 403, 413),
      right: 'right',
    },
    {
      what: 'a callback of 50,000 fields without a signature',
      ask: async (world) => oneOf(await unsigned(world, 50_000), 403, 413),
      right: 'right',
    },
  ]),
  ...numbered('S-16', [
    {
      what: 'If-None-Match with 15,000 spaces',
      ask: async ({ test }) => {
        const { result } = await upload(test, jpeg(), { types: TYPES });
        const tags = `"a"${' '.repeat(15_000)}"b"`;
        const served = await test.call(`/v1/media/${result.media.uuid}`, {
          headers: { 'if-none-match': tags },
        });
        return served.status;
      },
      right: 200,
    },
  ]),
];
