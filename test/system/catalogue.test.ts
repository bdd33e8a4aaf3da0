/** Executes steps of the whole catalogue over HTTP: those with automatic checks and those with reviewers. */
import { randomUUID } from 'node:crypto';
import type { Json } from '../../src/domain/run/events';
import { stepSchemas } from '../../src/steps/schemas';
import type { StepKey } from '../../src/steps/index';
import { Caller, type RunJson, type StepJson } from '../support/caller';
import { exampleOf, setupsWith, stepKeys } from '../support/catalogue';
import { startNipJourney, type NipJourney } from '../support/nip-journey';
import { jpeg, mp4 } from '../support/files';
import { Stack, TEST_KEY } from '../support/stack';

let stack: Stack;
let caller: Caller;
let journey: NipJourney;
let setup: Record<string, Json>;
beforeAll(async () => {
  stack = await Stack.start();
  caller = new Caller(stack.url);
  journey = await startNipJourney(caller);
  const email = { channel: 'email', connector_uuid: journey.connector };
  const nip_uuid = await journey.nip();
  setup = setupsWith({
    ...{ custom_form: { form_uuid: journey.form }, nip: { nip_uuid } },
    ...{ cdc_authorization: { nip_uuid }, verify_phone_number: { nip_uuid } },
    verify_email: { nip_uuid: await journey.nip({ first_verification: email }) },
    files_upload: { files: [{ collection: 'extra', title: 'Otros', required: false }] },
  });
}, 60_000);
afterAll(() => stack.stop(), 30_000);

/** Submission before a code is sent. The run presets the phone and the email of the other steps. */
const FIRST: Partial<Record<StepKey, object>> = {
  cdc_authorization: { full_name: 'Ana Ejemplo', rfc: 'GODE561231GR8', accepted: true },
};

const create = async (steps: readonly string[], more: object = {}) => {
  const body = { steps, setup, people_uuid: randomUUID(), ...more };
  const answer = await caller.persist<RunJson>('/v1/workflows', { body });
  expect(answer.status).toBe(200);
  return answer.body.result;
};

const submit = async (uuid: string, data: object) => {
  const body = { data, coordinates: [-99.123456, 19.123456] };
  const answer = await caller.persist<{ step: StepJson; run: { status: string } }>(
    `/v1/steps/${uuid}/submit`,
    { body },
  );
  expect(answer).toMatchObject({ status: 200 });
  return answer.body.result;
};

const decide = async (run: string, action: 'approve_step' | 'reject_step') => {
  const body = { by: 'Ana', reason: 'looked_at' };
  const path = `/v1/workflows/${run}/actions/${action}`;
  expect((await caller.persist(path, { body })).status).toBe(200);
};

const read = async (uuid: string) =>
  (await caller.persist<RunJson>(`/v1/workflows/${uuid}`)).body.result;

/** Uploads the required files of a step; returns the collections. */
async function upload(key: StepKey, uuid: string): Promise<string[]> {
  const rules = Object.entries(stepSchemas[key].media?.(setup[key] as never) ?? {});
  const needed = rules.filter(([, rule]) => rule.required);
  for (const [collection, { types }] of needed) {
    const isPhoto = types.includes('image/jpeg');
    const form = new FormData();
    form.append('collection', collection);
    form.append('file', new Blob([new Uint8Array(isPhoto ? jpeg() : mp4())]), 'file');
    const answer = await fetch(`${stack.url}/v1/steps/${uuid}/media`, {
      ...{ method: 'POST', body: form },
      headers: { authorization: `Bearer ${TEST_KEY}` },
    });
    expect([key, collection, answer.status]).toEqual([key, collection, 201]);
  }
  return needed.map(([collection]) => collection);
}

test('a run with every step of the catalogue succeeds step by step', async () => {
  const phone = journey.phone('5555');
  const email = `${randomUUID()}@example.com`;
  const keys = stepKeys;
  expect(keys.length).toBeGreaterThanOrEqual(26);
  const run = await create(keys, { phone, email });
  const reviewed: string[] = [];
  for (const [index, { uuid }] of run.steps.entries()) {
    const key = keys[index] as StepKey;
    const uploaded = await upload(key, uuid);
    const first = FIRST[key];
    if (first !== undefined) await submit(uuid, first);
    const data = key === 'custom_form' ? { phone, email } : exampleOf(key).data;
    const sent = await submit(
      uuid,
      hasCode(data) ? { code: await codeOf(uuid, phone, email) } : (data as object),
    );
    if (sent.step.status !== 'in_review') {
      expect([key, uploaded]).toEqual([key, []]);
      continue;
    }
    reviewed.push(key);
    await decide(run.uuid, 'approve_step');
  }
  const ended = await read(run.uuid);
  expect(ended.steps.map(({ step, status }) => [step, status])).toEqual(
    keys.map((key) => [key, 'success']),
  );
  expect(ended.status).toBe('success');
  expect(reviewed).toHaveLength(14);
  expect(ended.steps.find(({ step }) => step === 'cdc_authorization')?.payload).toMatchObject({
    ...{ full_name: 'Ana Ejemplo', rfc: 'GODE561231GR8', accepted: true, version: 'lrsic-28/1' },
    ...{ phone, verifications: [{ status: 'verified' }], verified_at: expect.any(String) },
  });
}, 120_000);

test('a code before the consent is refused with submission_refused', async () => {
  const run = await create(['cdc_authorization'], { phone: journey.phone('5555') });
  const path = `/v1/steps/${run.steps[0]?.uuid}/submit`;
  const { status, body } = await caller.persist(path, { body: { data: { code: '123456' } } });
  expect([status, body.error]).toMatchObject([
    422,
    { code: 'submission_refused', details: [{ path: 'data.accepted' }] },
  ]);
}, 30_000);

test('a signature that a reviewer rejects ends its run', async () => {
  const run = await create(['document_sign', 'acceptance']);
  await submit(run.steps[0]?.uuid ?? '', exampleOf('document_sign').data as object);
  await decide(run.uuid, 'reject_step');
  const { status, steps } = await read(run.uuid);
  expect([status, steps.map((step) => step.status)]).toEqual([
    'rejected',
    ['rejected', 'cancelled'],
  ]);
}, 30_000);

function hasCode(data: Json): boolean {
  return typeof data === 'object' && data !== null && 'code' in data;
}

/** Returns the code of the latest message for a step. */
async function codeOf(step: string, phone: string, email: string): Promise<string> {
  const channel = async () => (await journey.payload(step))?.verifications[0]?.sends.at(-1);
  await journey.until(async () => (await channel())?.status === 'delivered');
  const to = (await channel())?.channel === 'email' ? email : phone;
  const [latest] = await journey.messages(to);
  return latest === undefined ? '' : journey.codeIn(latest);
}
