/** Tests that the canonical values of a setup are sealed and used, whichever way the setup arrives. */
import { randomUUID } from 'node:crypto';
import type { NewRun } from '../../src/platform/temporal/run-gateway';
import { openCreation } from '../../src/store/runs/sealed-content';
import { TestApi, type RunJson } from '../support/api';
import { TWILIO_CONNECTOR } from '../support/live-connectors';

let api: TestApi;
let nip_uuid: string;
beforeAll(async () => {
  api = await TestApi.start();
  const connector_uuid = await made('/v1/connectors', TWILIO_CONNECTOR);
  const first_verification = { channel: 'sms', connector_uuid: connector_uuid.toUpperCase() };
  nip_uuid = await made('/v1/nips', { name: 'N', first_verification });
});
afterAll(() => api.stop());

const made = async (path: string, body: object) => {
  const answer = await api.call<{ uuid: string }>(path, { body });
  expect([201, answer.text]).toEqual([answer.status, answer.text]);
  return answer.body.result.uuid;
};
const setupOf = (phone: string) => ({ verify_phone_number: { nip_uuid, phone, extra: ' kept ' } });
const sealedIn = async (run: RunJson) => {
  const { input } = api.gateway.started.get(run.uuid) as NewRun;
  const key = (await api.deps.runKeys.find(api.refOf(run))) as Buffer;
  return openCreation(key, run.uuid, Buffer.from(input.sealed, 'base64')).setup;
};

const WAYS: Record<string, (phone: string) => Promise<RunJson>> = {
  'a creation': (phone) => api.createRun({ steps: ['verify_phone_number'], setup: setupOf(phone) }),
  "a template's setups": async (phone) => {
    const body = { name: randomUUID(), steps: ['verify_phone_number'] };
    const uuid = await made('/v1/workflow-templates', { ...body, steps_setup: setupOf(phone) });
    const path = `/v1/workflow-templates/${uuid}/workflows`;
    return (await api.call(path, { body: {} })).body.result;
  },
  "a template's overwrites": async (phone) => {
    const body = { name: randomUUID(), steps: ['verify_phone_number'] };
    const uuid = await made('/v1/workflow-templates', body);
    const path = `/v1/workflow-templates/${uuid}/workflows`;
    return (await api.call(path, { body: { overwrites: { setup: setupOf(phone) } } })).body.result;
  },
};
const SPELLINGS: [given: string, canonical: string][] = [
  [' +525512343001 ', '+525512343001'],
  ['\t+525512343001\u00a0', '+525512343001'],
  ['+525512343001\u200b', '+525512343001'],
  ['+5215512343001', '+525512343001'],
  ['+541123453001', '+5491123453001'],
  ['+553192343001', '+5531992343001'],
];

describe.each(Object.keys(WAYS))('a phone preset by %s', (way) => {
  test.each(SPELLINGS)('given as %j is sealed and used as %s', async (given, canonical) => {
    const run = await WAYS[way]!(given);
    expect(await sealedIn(run)).toEqual(setupOf(canonical));
    const { input } = api.gateway.started.get(run.uuid) as NewRun;
    const masked = `${canonical.slice(0, 3)}${'*'.repeat(canonical.length - 7)}3001`;
    expect(input.prepared).toMatchObject({ content: { destinations: { phone: masked } } });
  });
});

test('a run is found by every spelling of its phone and email', async () => {
  const given = { phone: '+5215599990001', email: 'Ana+x@España.example' };
  const { uuid } = await api.createRun(given);
  const queries = [
    ...['phone=%2B5215599990001', 'phone=%2B525599990001', 'phone=%20%2B525599990001'],
    ...['email=ana%2Bx@xn--espaa-rta.example', 'email=ANA%2BX@ESPA%C3%91A.EXAMPLE'],
  ];
  for (const query of queries) {
    const found = await api.call<RunJson[]>(`/v1/workflows?${query}`);
    expect([query, found.body.result.map((run) => run.uuid)]).toEqual([query, [uuid]]);
  }
});

test('uuids are accepted in upper case', async () => {
  const people_uuid = randomUUID();
  const setup = { nip: { nip_uuid: nip_uuid.toUpperCase() } };
  const of = { people_uuid: people_uuid.toUpperCase(), phone: '+525512343001' };
  const run = await api.createRun({ steps: ['nip'], setup, ...of });
  expect(run['people_uuid']).toBe(people_uuid);
  const found = await api.call<RunJson[]>(`/v1/workflows?people_uuid=${people_uuid}`);
  expect(found.body.result.map(({ uuid }) => uuid)).toEqual([run.uuid]);
  const body = { default_nip_uuid: nip_uuid.toUpperCase() };
  expect((await api.call('/v1/account', { method: 'PUT', body })).status).toBe(200);
});
