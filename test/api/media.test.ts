/** Tests uploads, storage and downloads of files. */
import { createHash, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import sharp from 'sharp';
import type { MediaRule } from '../../src/steps/schema-contract';
import { stepSchema } from '../../src/steps/schemas';
import type { MediaPlace, StoredMedia } from '../../src/store/media/media';
import { ADDRESS, stepUuid, TestApi, type Call, type RunJson } from '../support/api';
import { exif, HTML, jpeg, mp4, pdf, pdfBomb, png, SVG, webp } from '../support/files';

interface MediaJson {
  collection: string;
  created_at: string;
  mime: string;
  uuid: string;
  size: number;
}
interface UploadedJson {
  media: MediaJson;
  run: { status: string };
  step: { uuid: string };
}

const RULES: Record<string, MediaRule> = {
  id_front: { types: ['image/jpeg', 'image/png', 'image/webp'], required: true, max_files: 2 },
  proof: {
    types: ['application/pdf'],
    required: false,
    max_files: 1,
    max_pages: 3,
    max_bytes: 4_000,
  },
  statement: { types: ['video/mp4'], required: false, max_files: 1 },
};
/**
 * Limits for a sender that is slow on purpose. Other tests use the real ones: on a busy machine half a second is short.
 */
const PATIENCE = { graceMs: 500, bytesPerSecond: 1_000_000 };

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
  // Any step works; this one gets the media rules.
  const schema = stepSchema('personal_address');
  if (schema !== undefined) schema.media = () => RULES;
});
afterAll(() => api.stop());

let run: RunJson;
let path: string;
beforeEach(async () => {
  run = await api.createRun({ steps: ['personal_address', 'acceptance'] });
  path = `/v1/steps/${stepUuid(run, 0)}/media`;
});

function form(file: Buffer | null, fields: Record<string, string> = { collection: 'id_front' }) {
  const body = new FormData();
  for (const [name, value] of Object.entries(fields)) body.append(name, value);
  if (file !== null)
    body.append('file', new Blob([new Uint8Array(file)]), 'PRJMER99031109H900.jpg');
  return body;
}

const send = (body: FormData | Buffer, call: Call = {}, to = path) =>
  api.call<UploadedJson>(to, { method: 'POST', raw: body as never, ...call });
const list = async (of = path) => (await api.call<MediaJson[]>(of)).body.result;
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function bytesOf(
  uuid: string,
  headers: Record<string, string> = {},
  bearer = api.client.key,
) {
  return fetch(`http://127.0.0.1:${api.port}/v1/media/${uuid}`, {
    headers: { authorization: `Bearer ${bearer}`, ...headers },
  });
}

/** Returns the stored files that no run has accepted, once all work is done. */
async function leftovers(expected = 0) {
  let left = await countLeftovers();
  for (const end = Date.now() + 3_000; left[0] !== expected && Date.now() < end;) {
    left = await countLeftovers();
  }
  return left;
}

async function countLeftovers() {
  const [documents, files, chunks] = [
    await api.documents('media'),
    await api.documents('media_bytes.files'),
    await api.documents('media_bytes.chunks'),
  ];
  const unconfirmed = documents.filter((each) => 'unconfirmed_since' in each);
  // Bytes are stored under their account.
  const blobOf = ({ account_uuid, _id }: StoredMedia) => `${account_uuid}/${_id}`;
  const ids = new Set((documents as StoredMedia[]).map(blobOf));
  const stray = [
    ...files.filter((each) => !ids.has(String((each as { _id: unknown })._id))),
    ...chunks.filter((each) => !ids.has(String((each as { files_id: unknown }).files_id))),
  ];
  return [unconfirmed.length, stray.length];
}

test('a photo is stored unchanged, recorded in its run and served without its location', async () => {
  const photo = jpeg({ more: [exif(6)], scan: Buffer.alloc(300_000, 5) });
  const { status, body } = await send(form(photo));
  expect(status).toBe(201);
  const { media } = body.result;
  expect(media).toMatchObject({ collection: 'id_front', mime: 'image/jpeg', size: photo.length });
  expect(body.result.run.status).toBe('in_progress');
  expect(await list()).toEqual([media]);
  const events = await api.call<{ data: { type: string; data: object }[] }>(
    `/v1/workflows/${run.uuid}/events`,
  );
  expect(JSON.stringify(events.body.result)).toContain(sha256(photo));
  const served = await bytesOf(media.uuid);
  expect(Object.fromEntries(served.headers)).toMatchObject({
    'content-type': 'image/jpeg',
    'content-disposition': `attachment; filename="${media.uuid}.jpg"`,
    'x-content-type-options': 'nosniff',
  });
  const copy = Buffer.from(await served.arrayBuffer());
  expect(copy.toString('latin1')).not.toMatch(/GPS|Exif/);
  const { width, height } = await sharp(copy).metadata();
  expect([width, height]).toEqual([480, 640]);
  const etag = served.headers.get('etag') ?? '';
  expect((await bytesOf(media.uuid, { 'if-none-match': etag })).status).toBe(304);
  // Neither its name nor its content is in clear anywhere.
  expect(api.logs).not.toContain('PRJMER');
  const collections = await Promise.all(
    ['media', 'media_bytes.files', 'media_bytes.chunks', 'runs'].map((name) => api.documents(name)),
  );
  const stored = Buffer.concat(
    (collections[2] as { data: { buffer: Uint8Array } }[]).map(({ data }) =>
      Buffer.from(data.buffer),
    ),
  );
  expect(stored.includes(Buffer.alloc(64, 5))).toBe(false);
  expect(JSON.stringify(collections)).not.toContain('PRJMER');
  expect(await leftovers()).toEqual([0, 0]);
});

test('an upload accepts form fields in any order and the token of its run', async () => {
  const { token } = await api.mint(run.uuid);
  const body = form(png(), {});
  body.append('collection', 'id_front');
  const to = `/v1/session/steps/${stepUuid(run, 0)}/media`;
  const { status } = await send(body, { bearer: token }, to);
  expect(status).toBe(201);
  const session = await api.call<{ media: { collection: string; files: object[] }[] }>(
    '/v1/session',
    { bearer: token },
  );
  expect(session.body.result.media).toEqual([
    expect.objectContaining({
      collection: 'id_front',
      required: true,
      max_files: 2,
      max_bytes: 1_000_000,
      files: [expect.objectContaining({ mime: 'image/png' })],
    }),
    expect.objectContaining({ collection: 'proof', max_bytes: 4_000, max_pages: 3, files: [] }),
    expect.objectContaining({ collection: 'statement', types: ['video/mp4'] }),
  ]);
  const other = await api.createRun({ steps: ['personal_address'] });
  const elsewhere = `/v1/session/steps/${stepUuid(other, 0)}/media`;
  expect((await send(form(png()), { bearer: token }, elsewhere)).status).toBe(404);
});

const twice = () => {
  const body = form(jpeg());
  body.append('file', new Blob([new Uint8Array(jpeg())]), 'b.jpg');
  return body;
};
const raw = (text: string) => Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1');
const multipart = { 'content-type': 'multipart/form-data; boundary=b' };

test.each<
  [
    what: string,
    body: () => FormData | Buffer | Promise<FormData | Buffer>,
    status: number,
    detail: string,
    headers?: Record<string, string>,
  ]
>([
  [
    'HTML',
    () => form(HTML),
    422,
    'file is of a kind that is not accepted; send one of image/jpeg, image/png, image/webp',
  ],
  [
    'HTML called a JPEG',
    () => form(Buffer.concat([Buffer.from('ffd8ff', 'hex'), HTML])),
    422,
    'file is cut short',
  ],
  ['HTML before a JPEG', () => form(Buffer.concat([HTML, jpeg()])), 422, 'file is of a kind'],
  [
    'SVG called a PNG',
    () => form(Buffer.concat([png().subarray(0, 8), SVG])),
    422,
    'file is cut short or damaged; take or save the picture again',
  ],
  ['SVG', () => form(SVG), 422, 'file is of a kind'],
  ['an empty file', () => form(Buffer.alloc(0)), 422, 'file is empty'],
  [
    'a PNG of 60,000 by 60,000',
    () => form(png({ width: 60_000, height: 60_000 })),
    422,
    'file has more than 67108864 pixels',
  ],
  ['a JPEG cut short', () => form(jpeg().subarray(0, -2)), 422, 'file is cut short'],
  ['a PDF for a photo', async () => form(await pdf()), 422, 'file must be one of image/jpeg'],
  [
    'a PDF of too many pages',
    async () => form(await pdf(4), { collection: 'proof' }),
    422,
    'file has more than 3 pages',
  ],
  [
    'a PDF above the limit of its collection',
    async () => form(await pdf(100, false), { collection: 'proof' }),
    413,
    '',
  ],
  [
    'a PDF that is a bomb',
    () => form(pdfBomb(40_000_000), { collection: 'proof' }),
    422,
    'file is compressed out of all proportion',
  ],
  [
    'a video above the limit of the collection',
    () => form(Buffer.concat([mp4(), Buffer.alloc(10_000)]), { collection: 'proof' }),
    413,
    '',
  ],
  ['a file above all limits', () => form(Buffer.alloc(1_000_001)), 422, 'file is of a kind'],
  ['a photo above all limits', () => form(jpeg({ scan: Buffer.alloc(1_000_001) })), 413, ''],
  ['no collection', () => form(jpeg(), {}), 400, 'collection is required'],
  [
    'another collection',
    () => form(jpeg(), { collection: 'selfie' }),
    422,
    'collection must be one of id_front, proof, statement',
  ],
  [
    'a collection named constructor',
    () => form(jpeg(), { collection: 'constructor' }),
    422,
    'collection must be one of',
  ],
  ['no file', () => form(null), 400, 'file is required'],
  ['two files', twice, 400, 'file is given twice'],
  [
    'an unknown field',
    () => form(jpeg(), { collection: 'id_front', name: 'x' }),
    400,
    'name is not known here',
  ],
  [
    'another boundary',
    () => raw('--a\nContent-Disposition: form-data; name="collection"\n\nid_front\n--a--\n'),
    400,
    '',
    multipart,
  ],
  ['no boundary', () => raw('--a--\n'), 400, '', { 'content-type': 'multipart/form-data' }],
  [
    'a form cut short',
    () => raw('--b\nContent-Disposition: form-data; name="file"; filename="a"\n\n\xff\xd8\xff\xe0'),
    400,
    '',
    multipart,
  ],
  ['an empty form', () => raw('--b--\n'), 400, 'file is required', multipart],
  [
    'a part without a name',
    () => raw('--b\nContent-Disposition: form-data\n\nx\n--b--\n'),
    400,
    ' has a part without a name',
    multipart,
  ],
  [
    'a file without a name',
    () => raw('--b\nContent-Disposition: form-data; filename="a"\n\nx\n--b--\n'),
    400,
    ' has a part without a name',
    multipart,
  ],
  [
    'five million bytes before the form',
    () => Buffer.concat([Buffer.alloc(5_000_000, 45), raw('\n--b--\n')]),
    413,
    '',
    multipart,
  ],
  [
    'five million bytes behind the form',
    () => {
      const head = raw('--b\nContent-Disposition: form-data; name="file"; filename="a"\n\n');
      return Buffer.concat([head, jpeg(), raw('\n--b--\n'), Buffer.alloc(5_000_000)]);
    },
    413,
    '',
    multipart,
  ],
  ['JSON', () => raw('{}'), 415, '', { 'content-type': 'application/json' }],
])('%s is refused and stores nothing', async (_what, body, status, detail, headers = {}) => {
  const answer = await send(await body(), { headers });
  const [first] = answer.body.error.details;
  const detailText = first === undefined ? '' : `${first.path} ${first.message}`;
  expect([answer.status, detailText.slice(0, detail.length)]).toEqual([status, detail]);
  expect(await list()).toEqual([]);
  expect(await leftovers()).toEqual([0, 0]);
});

test('a file with a very long name is accepted and its name is not stored', async () => {
  const body = form(null);
  body.append('file', new Blob([new Uint8Array(jpeg())]), `${'x'.repeat(100_000)}.jpg`);
  expect((await send(body)).status).toBe(201);
  expect(JSON.stringify(await api.documents('media'))).not.toContain('xxx');
});

test('an unknown field after a complete file removes the file', async () => {
  const body = form(jpeg());
  body.append('name', 'x');
  expect((await send(body)).status).toBe(400);
  expect(await leftovers()).toEqual([0, 0]);
  expect(await list()).toEqual([]);
});

test('a file above max_files, for a step that is not current or for a finished run is refused and stores nothing', async () => {
  await send(form(jpeg()));
  await send(form(png()));
  const third = await send(form(webp()));
  expect([third.status, third.body.error.details[0]?.message]).toEqual([
    422,
    'takes no more than 2 files',
  ]);
  const [newest, oldest] = await list();
  expect([newest?.mime, oldest?.mime]).toEqual(['image/png', 'image/jpeg']);
  expect(await list(`${path}?per_page=1&page=2`)).toEqual([oldest]);
  const notYet = await api.createRun({ steps: ['acceptance', 'personal_address'] });
  const early = await send(form(jpeg()), {}, `/v1/steps/${stepUuid(notYet, 1)}/media`);
  expect([early.status, early.body.error.code]).toEqual([409, 'step_not_current']);
  const none = await send(form(jpeg()), {}, `/v1/steps/${stepUuid(notYet, 0)}/media`);
  expect([none.status, none.body.error.code]).toEqual([422, 'submission_refused']);
  await api.call(`/v1/workflows/${run.uuid}/actions/cancel`, { body: { by: 'Ana', reason: 'x' } });
  for (const idempotencyKey of [undefined, randomUUID()]) {
    const late = await send(form(jpeg()), idempotencyKey === undefined ? {} : { idempotencyKey });
    expect([late.status, late.body.error.code]).toEqual([409, 'already_finished']);
  }
  expect(await leftovers()).toEqual([0, 0]);
});

test('a repeated upload stores one file, and with other bytes returns idempotency_mismatch', async () => {
  const idempotencyKey = randomUUID();
  const first = await send(form(jpeg()), { idempotencyKey });
  const again = await send(form(jpeg()), { idempotencyKey });
  expect(again.body.result.media).toEqual(first.body.result.media);
  const other = await send(form(png()), { idempotencyKey });
  expect([other.status, other.body.error.code]).toEqual([422, 'idempotency_mismatch']);
  expect(await list()).toHaveLength(1);
  expect(await leftovers()).toEqual([0, 0]);
  expect(await api.documents('media')).not.toHaveLength(0);
});

test('an upload whose response was lost is stored once and confirmed by its repetition', async () => {
  const idempotencyKey = randomUUID();
  api.gateway.trouble = 'answers_lost';
  expect((await send(form(jpeg()), { idempotencyKey })).status).toBe(503);
  api.gateway.trouble = null;
  const { status, body } = await send(form(jpeg()), { idempotencyKey });
  expect(status).toBe(201);
  expect(await list()).toEqual([body.result.media]);
  expect((await bytesOf(body.result.media.uuid)).status).toBe(200);
  expect(await leftovers()).toEqual([0, 0]);
});

test('sweep() removes files that no run accepted and confirms files that a run accepted', async () => {
  api.gateway.trouble = 'down';
  expect((await send(form(jpeg()))).status).toBe(503);
  api.gateway.trouble = 'answers_lost';
  expect((await send(form(png()))).status).toBe(503);
  api.gateway.trouble = null;
  expect(await leftovers(2)).toEqual([2, 0]);
  const acceptedBy = async (place: MediaPlace) =>
    (await api.deps.runs.find(place, place.run_uuid))?.view.steps.flatMap(
      (step) => step.media ?? [],
    ) ?? [];
  expect(await api.deps.media.sweep(new Date(0), acceptedBy)).toBe(0);
  expect(await api.deps.media.sweep(new Date(Date.now() + 1), acceptedBy)).toBe(1);
  expect(await leftovers()).toEqual([0, 0]);
  const [left] = await list();
  expect((await bytesOf(left?.uuid ?? '')).status).toBe(200);
});

test('a submission without a required collection is refused', async () => {
  const submit = () =>
    api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, { body: { data: ADDRESS } });
  const refused = await submit();
  expect([refused.status, refused.body.error.code]).toEqual([422, 'submission_refused']);
  expect(refused.body.error.details).toEqual([{ path: 'media.id_front', message: 'is required' }]);
  await send(form(jpeg()));
  expect((await submit()).status).toBe(200);
});

test('a file returns 404 for other keys, after its removal and without the key of its run', async () => {
  const { uuid } = (await send(form(jpeg()))).body.result.media;
  const stranger = await api.addClient();
  const other = await api.addClient({ account_uuid: api.client.account_uuid, mode: 'test' });
  expect((await bytesOf(uuid, {}, stranger.key)).status).toBe(404);
  expect((await bytesOf(uuid, {}, other.key)).status).toBe(404);
  expect((await bytesOf(uuid)).status).toBe(200);
  expect(await api.deps.media.removeAll(api.refOf(run))).toBe(1);
  expect((await bytesOf(uuid)).status).toBe(404);
  const second = (await send(form(jpeg()))).body.result.media.uuid;
  jest.spyOn(api.deps.runKeys, 'find').mockResolvedValueOnce(null);
  expect((await bytesOf(second)).status).toBe(404);
});

test('a video is served unchanged, and HEAD and If-None-Match requests do not read it', async () => {
  const { uuid } = (await send(form(mp4(), { collection: 'statement' }))).body.result.media;
  const served = await bytesOf(uuid);
  expect(Buffer.from(await served.arrayBuffer()).equals(mp4())).toBe(true);
  expect(served.headers.get('content-length')).toBe(String(mp4().length));
  // A stream that is opened and never read would occupy a connection to the bucket.
  const opened = jest.spyOn(api.deps.media, 'read');
  const head = await fetch(`http://127.0.0.1:${api.port}/v1/media/${uuid}`, {
    method: 'HEAD',
    headers: { authorization: `Bearer ${api.client.key}` },
  });
  expect([head.status, await head.text()]).toEqual([200, '']);
  expect(head.headers.get('content-length')).toBe(String(mp4().length));
  const etag = served.headers.get('etag') ?? '';
  expect((await bytesOf(uuid, { 'if-none-match': etag })).status).toBe(304);
  expect(opened).not.toHaveBeenCalled();
  opened.mockResolvedValueOnce(null);
  expect((await bytesOf(uuid)).status).toBe(404);
  opened.mockRestore();
});

describe('an upload', () => {
  const start = (length: number) =>
    `POST ${path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${api.client.key}\r\n` +
    `Content-Type: multipart/form-data; boundary=b\r\nContent-Length: ${length}\r\n\r\n` +
    '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n\xff\xd8\xff\xe0\0\x10';

  const talk = (then: (socket: ReturnType<typeof connect>) => void) =>
    new Promise<string>((resolve) => {
      let answer = '';
      const socket = connect(api.port, '127.0.0.1', () => {
        socket.write(Buffer.from(start(500_000), 'latin1'));
        then(socket);
      });
      socket.on('data', (chunk) => (answer += chunk.toString()));
      socket.on('error', () => undefined);
      socket.once('close', () => resolve(answer));
    });

  afterEach(() => {
    delete api.deps.uploadPatience;
  });

  test('is closed when its client sends too slowly', async () => {
    api.deps.uploadPatience = PATIENCE;
    const answer = await talk((socket) => {
      const drip = setInterval(() => socket.write('x'), 50);
      socket.once('close', () => clearInterval(drip));
    });
    expect(answer).toMatch(/^HTTP\/1\.1 400[^]*did not arrive in time/);
    expect(await leftovers()).toEqual([0, 0]);
  });

  test('stores nothing when its client disconnects', async () => {
    await talk((socket) => setTimeout(() => socket.destroy(), 100));
    expect(await leftovers()).toEqual([0, 0]);
  });
});
