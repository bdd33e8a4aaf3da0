/** One row for each area that withstood an attack: other accounts, scopes, codes, addresses, bodies and so on. */
import { HTML, png, SVG } from '../../support/files';
import { upload } from './files';
import { numbered, type Row } from './row';
import { brief, demand, stepUuid, type Tenant } from './tenant';
import type { World } from './world';

const RUN = { steps: ['personal_address'] };
const create = (tenant: Tenant, body: unknown, bearer = tenant.key) =>
  tenant.call('/v1/workflows', { body, bearer });

/** Paths of a run, by another account and by a key of the other mode. */
async function othersPaths(world: World): Promise<string[]> {
  const run = await world.test.run(RUN);
  const { test: other } = await world.account();
  const paths = [`/v1/workflows/${run.uuid}`, `/v1/steps/${stepUuid(run)}`];
  const answers = [];
  for (const tenant of [other, world.live]) {
    for (const path of paths) answers.push(brief(await tenant.call(path)));
  }
  const cancel = { body: { by: 'x', reason: 'y' } };
  answers.push(brief(await other.call(`${paths[0]}/actions/cancel`, cancel)));
  return answers;
}

/** Calls without the right credentials. */
async function credentials({ test }: World): Promise<string[]> {
  const made = { name: 'Reader', mode: 'test', scopes: ['runs:read'] };
  const { key: reader } = demand(await test.call<{ key: string }>('/v1/api-keys', { body: made }));
  const [first, second] = [await test.run(RUN), await test.run(RUN)];
  const minted = await test.call<{ token: string }>(`/v1/workflows/${first.uuid}/token`);
  const { token: bearer } = demand(minted);
  const path = `/v1/session/steps/${stepUuid(second)}/submit`;
  return [
    ...[brief(await create(test, RUN, reader)), brief(await create(test, RUN, 'nobody|nothing'))],
    brief(await create(test, RUN, bearer)),
    brief(await test.call(path, { body: { data: {} }, bearer })),
  ];
}

/** Wrong codes of one run, all at once, and digits of another script. */
async function parallelGuesses(world: World): Promise<unknown[]> {
  const { test, sandbox } = world;
  const setup = { nip_uuid: sandbox.sms, phone: '+525512349003' };
  const { uuid } = await world.sent(test, 'nip', setup);
  const script = brief(await test.submit(uuid, { code: '١٢٣٤٥٦' }));
  const guesses = Array.from({ length: 20 }, () => test.submit(uuid, { code: '000000' }));
  const answers = (await Promise.all(guesses)).map(({ error }) => error?.code);
  return [script, answers.filter((code) => code === 'code_incorrect').length <= 5];
}

const ADDRESSES = [
  ...['http://10.0.0.1/', 'http://169.254.169.254/latest', 'http://[fe80::1]/', 'ftp://x.example/'],
  ...['https://ana:secret@x.example/', 'http://[::ffff:10.0.0.1]/', 'http://0x0a000001/'],
];

let deep = '1';
for (let depth = 0; depth < 20_000; depth += 1) deep = `[${deep}]`;
const BODIES = [
  `{"steps":{"$gt":""}}`,
  `{"steps":["personal_address"],"people_uuid":{"$ne":null}}`,
  `{"steps":["personal_address"],"__proto__":{"mode":"live"}}`,
  `{"steps":["personal_address"],"metadata":${deep}}`,
  `{"steps":["personal_address"],"external_reference_id":"\\ud800"}`,
];

/** True for each body that is refused as the caller's mistake; how deep a parser reads depends on its stack. */
async function odd(test: Tenant): Promise<boolean[]> {
  const headers = { 'content-type': 'application/json' };
  const statuses = [];
  for (const raw of BODIES)
    statuses.push((await test.call('/v1/workflows', { raw, headers })).status);
  return statuses.map((status) => status === 400 || status === 413);
}

async function notFiles(test: Tenant): Promise<number[]> {
  const rule = { types: ['image/png', 'application/pdf'] };
  const bomb = png({ width: 60_000, height: 60_000 });
  const statuses = [];
  for (const file of [SVG, HTML, bomb]) statuses.push((await upload(test, file, rule)).status);
  return statuses;
}

async function forged({ stack, lines, live }: World): Promise<number[]> {
  const send = async (headers: Record<string, string>, path = '') => {
    const url = `${stack.url}/callbacks/twilio/${lines.twilio}${path}`;
    const body = new URLSearchParams({ From: '+525512349004', Body: 'STOP' });
    return (await fetch(url, { method: 'POST', headers, body })).status;
  };
  const signature = { 'x-twilio-signature': Buffer.alloc(20).toString('base64') };
  return [
    ...[await send({}), await send(signature), await send(signature, '/inbound')],
    (await live.call(`/callbacks/twilio/${live.account}`, { raw: 'a=b', headers: signature }))
      .status,
  ];
}

/** Headers of an answer, and the person's page of an account with markup in its name. */
async function pages(world: World): Promise<unknown[]> {
  const { test } = await world.account({ name: '<script>alert(1)</script>' });
  const run = await test.run(RUN);
  const { headers, result } = await test.call<{ execution_url: string }>(
    `/v1/workflows/${run.uuid}/token`,
  );
  const page = await fetch(result.execution_url);
  return [
    ...[headers.get('cache-control'), headers.get('x-content-type-options')],
    (await page.text()).includes('<script>alert'),
  ];
}

/** Creations under one key at once, and one with another body. */
async function repeated({ test }: World): Promise<unknown[]> {
  const headers = { 'idempotency-key': `repeated-${Math.random()}` };
  const again = () => test.call('/v1/workflows', { body: RUN, headers });
  const answers = await Promise.all(Array.from({ length: 10 }, again));
  const body = { ...RUN, phone: '+525512349005' };
  const other = await test.call('/v1/workflows', { body, headers });
  return [new Set(answers.map((answer) => demand(answer).uuid)).size, brief(other)];
}

export const heldRows: Row[] = numbered('S-00', [
  {
    what: 'runs of others',
    ask: othersPaths,
    right: Array.from({ length: 5 }, () => '404 not_found'),
  },
  {
    what: 'a reader, nobody, and a person with a token of one run',
    ask: credentials,
    right: ['403 forbidden', '401 unauthenticated', '401 unauthenticated', '404 not_found'],
  },
  {
    what: '20 wrong codes at once',
    ask: parallelGuesses,
    right: ['422 submission_refused data.code', true],
  },
  {
    what: 'addresses that no webhook may have',
    ask: async ({ test }) => {
      const answers = [];
      for (const callback_url of ADDRESSES) {
        answers.push(brief(await create(test, { ...RUN, callback_url })));
      }
      return answers;
    },
    right: ADDRESSES.map(() => '400 validation_failed callback_url'),
  },
  { what: 'odd bodies', ask: ({ test }) => odd(test), right: BODIES.map(() => true) },
  { what: 'files that are none', ask: ({ test }) => notFiles(test), right: [422, 422, 422] },
  { what: 'callbacks of others', ask: forged, right: [403, 403, 403, 404] },
  { what: 'markup in a name', ask: pages, right: ['no-store', 'nosniff', false] },
  {
    what: '10 creations under one Idempotency-Key at once',
    ask: repeated,
    right: [1, '422 idempotency_mismatch'],
  },
]);
