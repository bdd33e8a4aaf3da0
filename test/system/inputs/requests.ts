/** Kinds 17, 18 and 19: requests that no client of an API sends. */
import { request } from 'node:http';
import { connect } from 'node:net';
import { receipt } from '../../support/field-pdfs';
import { codeIn } from '../../support/live-journey';
import { numbered, type Row } from './row';
import { brief, demand, type Tenant } from './tenant';
import type { NipPayload, World } from './world';

const CALLS = 12;

/** Sends a request whose target is a whole address; resolves with the status. */
function absolute({ stack, lines }: World, origin: string): Promise<number | undefined> {
  const { port } = new URL(stack.url);
  const path = `${origin}/callbacks/twilio/${lines.twilio}`;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': 'x',
  };
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, method: 'POST', path, headers };
    request(options, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .once('error', reject)
      .end('a=b');
  });
}

/** Sends bytes to the API; resolves with the status of the first answer. */
function raw(test: Tenant, text: string): Promise<number> {
  const { port } = new URL(test.url);
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(Number(port), '127.0.0.1', () => socket.write(text));
    socket.on('data', (chunk) => (answer += chunk.toString()));
    socket.once('error', reject);
    socket.once('close', () => {
      resolve(Number(answer.split(' ')[1]));
    });
  });
}

/** The right first code of two verifications, sent many times at once. */
async function repeatedCode(world: World): Promise<unknown> {
  const { test, sandbox } = world;
  const to = '+525512349001';
  const first_verification = { channel: 'sms', connector_uuid: sandbox.connector };
  const second_verification = { channel: 'email', connector_uuid: sandbox.connector };
  const nip = { name: 'Two', first_verification, second_verification };
  const nip_uuid = await test.made('/v1/nips', nip);
  const setup = { nip_uuid, phone: to, email: 'two@example.com' };
  const { uuid } = await world.sent(test, 'nip', setup);
  const path = `/v1/sandbox/messages?to=${encodeURIComponent(to)}`;
  const messages = demand(await test.call<{ data: { text: string }[] }>(path)).data;
  const code = codeIn(messages[0]?.text ?? '');
  const answers = await Promise.all(
    Array.from({ length: CALLS }, () => test.submit(uuid, { code })),
  );
  const { status, payload } = await test.read(uuid);
  const wrong = (payload as NipPayload | null)?.verifications.map(({ wrong_codes }) => wrong_codes);
  return [answers.some((answer) => answer.status === 200), status, wrong];
}

/** A form whose first boundary comes after so many bytes. */
async function preamble(test: Tenant, bytes: number): Promise<string> {
  const step = await test.step('files_upload', { files: [{ collection: 'doc', title: 'Doc' }] });
  const part = (name: string) => `--b\r\nContent-Disposition: form-data; name="${name}"`;
  const form =
    `\r\n${part('collection')}\r\n\r\ndoc\r\n${part('file')}; filename="f"\r\n\r\n` +
    '%PDF-1.4\r\n--b--\r\n';
  const answer = await test.call(`/v1/steps/${step}/media`, {
    raw: Buffer.from('x'.repeat(bytes) + form),
    headers: { 'content-type': 'multipart/form-data; boundary=b' },
  });
  return brief(answer);
}

/** Wrong codes from one network of IPv6, or one address, under several spellings. */
async function fromSpellings(world: World, spellings: readonly string[]): Promise<string[]> {
  const { live, lines } = await world.lineAccount();
  const limits = { budgets: { ip_guesses_10_min: 1 } };
  demand(await live.call('/v1/account', { method: 'PUT', body: limits }));
  const { uuid } = await world.sent(live, 'nip', { nip_uuid: lines.sms, phone: '+525512349002' });
  const answers = [];
  for (const ip of spellings) {
    const client = { ip, user_agent: 'x' };
    answers.push(brief(await live.submit(uuid, { code: '000000' }, { client })));
  }
  return answers;
}

const spelt = (...spellings: string[]): Omit<Row, 'id'> => ({
  what: `wrong codes from ${spellings.join(' and ')}, where one is allowed`,
  ask: (world) => fromSpellings(world, spellings),
  right: ['422 code_incorrect', '429 guesses_exhausted'],
});

const unknownPath = (path: string): Omit<Row, 'id'> => ({
  what: path,
  ask: async ({ test }) => brief(await test.call(path)),
  right: '404 not_found',
});

/** Bytes that MongoDB has of a document template that was refused. */
async function refusedTemplate(world: World): Promise<unknown[]> {
  const { test } = await world.account();
  const field = { kind: 'text', page: 9, x: 1, y: 1, width: 10, height: 10 };
  const content = receipt().toString('base64');
  const answer = await test.call('/v1/document-templates', {
    body: { name: 'Refused', content, fields: [field] },
  });
  const kept = (await world.stack.documents('document_contents')) as { account_uuid?: string }[];
  return [answer.status, kept.filter(({ account_uuid }) => account_uuid === test.account).length];
}

export const requestRows: Row[] = [
  ...numbered(
    'S-17',
    ['http://x.example', 'https://x.example:99', 'http://'].map((origin) => ({
      what: `a callback to the target ${origin}/callbacks/…`,
      ask: (world: World) => absolute(world, origin),
      right: origin === 'http://' ? (expect.any(Number) as number) : 403,
    })),
  ),
  ...numbered('S-18', [
    { what: 'a document template with a field of no page', ask: refusedTemplate, right: [400, 0] },
  ]),
  ...numbered('S-19-request', [
    {
      what: 'the right first code of two verifications, 12 times at once',
      ask: repeatedCode,
      right: [true, 'in_progress', [0, 0]],
    },
    {
      what: 'two Host headers',
      ask: ({ test }) =>
        raw(
          test,
          `GET /v1/workflows HTTP/1.1\r\nHost: a\r\nHost: b\r\nAuthorization: Bearer ${test.key}\r\nConnection: close\r\n\r\n`,
        ),
      right: 400,
    },
    {
      what: 'a form with 5 MB before its first boundary',
      ask: ({ test }) => preamble(test, 5_000_000),
      right: '413 too_large',
    },
    unknownPath('/V1/WORKFLOWS'),
    unknownPath('/v1/workflows/'),
    unknownPath('/v1/Workflows'),
    spelt('2001:0DB8::1', '2001:db8:0:0::2'),
    spelt('::ffff:102:304', '1.2.3.4'),
  ]),
];
