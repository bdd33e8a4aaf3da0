/**
 * Tests real-world files (from devices and banks) and hostile ones, as uploads and as document templates: each gets the
 * right response, and none blocks the process.
 */
import { once } from 'node:events';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Worker } from 'node:worker_threads';
import sharp from 'sharp';
import { stepUuid, TestApi, type RunJson } from '../support/api';
import { FIELD_PDFS, REFUSED_PDFS } from '../support/field-documents';
import { FIELD_FILMS } from '../support/field-films';
import { FIELD_PICTURES, orientedAs } from '../support/field-pictures';
import { png, pngExif, webp } from '../support/files';
import { COSTLY_FILES, REFUSED_FILES } from '../support/hostile-files';

/** Milliseconds that a file may block the process. */
const MAX_BLOCK_MS = 250;
const PICTURES = ['image/jpeg', 'image/png', 'image/webp'];
const VIDEO = ['video/mp4', 'video/webm'];
const SOUND = ['audio/mpeg', 'audio/mp4'];

interface UploadedJson {
  media: { uuid: string; mime: string };
}

let api: TestApi;
let sender: Worker;
beforeAll(async () => {
  api = await TestApi.start(undefined, { MEDIA_MAX_BYTES: 20_971_520 });
  sender = new Worker(SENDER, { eval: true });
});
afterAll(async () => {
  await sender.terminate();
  await api.stop();
});

/** A step that accepts files of these types. */
const steps = new Map<string, { run: RunJson; left: number }>();
async function stepFor(types: string[], max_pages?: number): Promise<string> {
  const name = JSON.stringify([types, max_pages]);
  const known = steps.get(name);
  if (known !== undefined && known.left > 0) {
    known.left -= 1;
    return stepUuid(known.run, 0);
  }
  const file = { collection: 'doc', title: 'Doc', max_files: 20, types, max_pages };
  const run = await api.createRun({
    steps: ['files_upload'],
    setup: { files_upload: { files: [file] } },
  });
  steps.set(name, { run, left: 19 });
  return stepUuid(run, 0);
}

/** Serializes a form to a Buffer beforehand: the client runs in the same process, and its work must not be measured. */
function formOf(file: Buffer): Buffer {
  const part = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"`;
  return Buffer.concat([
    Buffer.from(`${part('collection')}\r\n\r\ndoc\r\n${part('file')}; filename="f"\r\n\r\n`),
    ...[file, Buffer.from('\r\n--b--\r\n')],
  ]);
}

async function sendForm(form: Buffer, step: string) {
  return api.call<UploadedJson>(`/v1/steps/${step}/media`, {
    method: 'POST',
    raw: form,
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  });
}

const upload = async (file: Buffer, types: string[], max_pages?: number) =>
  sendForm(formOf(file), await stepFor(types, max_pages));

const detailsIn = ({
  body,
}: {
  body: { error: { details: { path: string; message: string }[] } };
}) => body.error.details.map(({ path, message }) => `${path} ${message}`).join();

/** Sends a form from another thread, so that the client's work is not measured. */
const SENDER = `
const { parentPort } = require('node:worker_threads');
parentPort.on('message', async ({ url, key, form }) => {
  const headers = { authorization: 'Bearer ' + key, 'content-type': 'multipart/form-data; boundary=b' };
  const { status } = await fetch(url, { method: 'POST', headers, body: form });
  parentPort.postMessage(status);
});`;

async function sendApart(form: Buffer, step: string): Promise<number> {
  const url = `http://127.0.0.1:${api.port}/v1/steps/${step}/media`;
  sender.postMessage({ url, key: api.client.key, form });
  const [status] = (await once(sender, 'message')) as [number];
  return status;
}

/** Runs a function and returns the longest time that the event loop was blocked, in milliseconds. */
async function blockOf(work: () => Promise<unknown>): Promise<number> {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  await work();
  delay.disable();
  return delay.max / 1e6;
}

describe('a PDF', () => {
  test.each(FIELD_PDFS)('%s has the pages that viewers show', async (_what, make, pages) => {
    const file = await make();
    const { status, body } = await upload(file, ['application/pdf'], pages);
    expect([status, body.result.media.mime]).toEqual([201, 'application/pdf']);
    if (pages === 1) return;
    const refused = await upload(file, ['application/pdf'], pages - 1);
    expect([refused.status, detailsIn(refused)]).toEqual([
      422,
      `file has more than ${pages - 1} pages`,
    ]);
  });

  test.each(REFUSED_PDFS)('%s is refused', async (_what, make, message) => {
    const answer = await upload(await make(), ['application/pdf']);
    expect([answer.status, detailsIn(answer).slice(0, 5 + message.length)]).toEqual([
      422,
      `file ${message}`,
    ]);
  });

  const template = (file: Buffer) =>
    api.call('/v1/document-templates', {
      body: { name: `${Math.random()}`, content: file.toString('base64') },
    });

  test.each(FIELD_PDFS)('%s can be a document template', async (_what, make) => {
    expect((await template(await make())).status).toBe(201);
  });

  test('that is refused as an upload is refused as a document template', async () => {
    for (const make of REFUSED_PDFS.map(([, each]) => each)) {
      const file = await make();
      if (file.length > 350_000) continue;
      const answer = await template(file);
      expect([answer.status, detailsIn(answer)]).toEqual([
        400,
        expect.stringMatching(/^content is /),
      ]);
    }
  });
});

test.each(FIELD_PICTURES)('%s is accepted and served', async (_what, make, mime) => {
  const { status, body } = await upload(await make(), PICTURES);
  expect([status, body.result.media.mime]).toEqual([201, mime]);
  const served = await fetch(`http://127.0.0.1:${api.port}/v1/media/${body.result.media.uuid}`, {
    headers: { authorization: `Bearer ${api.client.key}` },
  });
  expect([served.status, served.headers.get('content-type')]).toEqual([200, mime]);
  const { exif, icc, format } = await sharp(Buffer.from(await served.arrayBuffer())).metadata();
  expect([exif, icc, `image/${format}`]).toEqual([undefined, undefined, mime]);
});

test.each([
  ['JPEG', () => orientedAs('4d4d002a00000008000101120004000000010000000600000000')],
  ['PNG', () => png({ more: [pngExif(6)] })],
  ['WebP', () => webp()],
])('the served copy of a rotated %s is upright', async (_what, make) => {
  const { body } = await upload(make(), PICTURES);
  const served = await fetch(`http://127.0.0.1:${api.port}/v1/media/${body.result.media.uuid}`, {
    headers: { authorization: `Bearer ${api.client.key}` },
  });
  const { width, height, orientation } = await sharp(
    Buffer.from(await served.arrayBuffer()),
  ).metadata();
  expect([height > width, orientation]).toEqual([true, undefined]);
});

test.each(FIELD_FILMS)('%s is accepted', async (_what, make, mime) => {
  const types = mime.startsWith('audio/') ? SOUND : VIDEO;
  const { status, body } = await upload(make(), types);
  expect([status, body.result.media.mime]).toEqual([201, mime]);
});

test.each(REFUSED_FILES)('%s is refused', async (_what, make, message) => {
  const answer = await upload(await make(), [...PICTURES, ...VIDEO]);
  const remedy = /not accepted/.test(message) ? /; send one of image\/jpeg, image\/png/ : /./;
  expect([answer.status, detailsIn(answer)]).toEqual([422, expect.stringMatching(remedy)]);
  expect(detailsIn(answer)).toContain(`file ${message}`);
});

test.each([
  ...COSTLY_FILES,
  ...REFUSED_PDFS.map(([what, make]) => [`a PDF ${what}`, make] as const),
])('%s does not block the event loop', async (_what, make) => {
  const form = formOf(await make());
  const step = await stepFor([...PICTURES, ...VIDEO, ...SOUND, 'application/pdf']);
  const answered: number[] = [];
  const send = async () => answered.push(await sendApart(form, step));
  // The machine may be busy with other work: a slow result is measured up to twice more.
  let block = await blockOf(send);
  for (let more = 0; more < 2 && block > MAX_BLOCK_MS; more += 1) block = await blockOf(send);
  expect(block).toBeLessThan(MAX_BLOCK_MS);
  for (const status of answered) expect([201, 422]).toContain(status);
});
