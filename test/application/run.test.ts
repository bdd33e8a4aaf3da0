/** Executes runs through use cases with a real worker, Temporal and MongoDB, without an HTTP server. */
import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { createRun } from '../../src/application/creation/create-run';
import { DomainError } from '../../src/application/domain-error';
import type { MediaLimits } from '../../src/application/media/media-limits';
import type { Ports, Settings } from '../../src/application/ports';
import { actOnRun } from '../../src/application/runs/act-on-run';
import { findRun, findRunOfStep } from '../../src/application/runs/find-run';
import { submitStep } from '../../src/application/runs/submit-step';
import { listSandboxMessages } from '../../src/application/sandbox/list-messages';
import { runLimits } from '../../src/messaging/budgets';
import { OutboundGuard } from '../../src/platform/outbound/guard';
import { createGateway } from '../../src/platform/temporal/client';
import { testKeys } from '../support/keys';
import { ACCOUNT, Stack } from '../support/stack';

type Everything = Ports &
  Settings<'HASH_KEYS' | 'CODE_KEYS' | 'SANDBOX_ENABLED' | keyof MediaLimits>;

const PHONE = '+573105559999';
const caller = {
  tenant: { account_uuid: ACCOUNT, mode: 'test' as const },
  actor: 'integrator' as const,
};
const client = { ip: null, user_agent: null };
const reservation = () => ({ uuid: randomUUID(), at: Date.now() });

let stack: Stack;
let ports: Everything;
let nipUuid: string;

beforeAll(async () => {
  stack = await Stack.start({}, {}, {}, ['worker']);
  ports = {
    ...stack.stores,
    gateway: createGateway(stack.client, 'cerciora'),
    budgets: runLimits,
    guard: new OutboundGuard({ loopback: true, networks: [] }),
    metrics: { refused: () => undefined },
    logger: pino({ level: 'silent' }),
    config: {
      HASH_KEYS: testKeys.HASH_KEYS,
      CODE_KEYS: testKeys.CODE_KEYS,
      SANDBOX_ENABLED: true,
      MEDIA_MAX_BYTES: 1_000_000,
      MEDIA_MAX_PIXELS: 50_000_000,
      MEDIA_MAX_PAGES: 200,
    },
  };
  nipUuid = await configureNip();
}, 60_000);
afterAll(() => stack.stop());

async function configureNip(): Promise<string> {
  const { connectors, nips } = stack.stores;
  const connector = await connectors.create(ACCOUNT, randomUUID(), {
    name: 'Sandbox',
    kind: 'sandbox',
    channels: ['sms'],
    receipts: true,
    paused: false,
  });
  const nip = await nips.create(ACCOUNT, randomUUID(), {
    name: 'SMS',
    type: 'generic',
    first_verification: { channel: 'sms', connector_uuid: connector.uuid, backup: null },
    second_verification: null,
    code: {
      length: 6,
      expires_in: 600,
      max_wrong: 3,
      max_sends: 5,
      resend_after: 30,
      receipt_timeout: 60,
    },
    messages: {},
  });
  return nip.uuid;
}

function create(steps: string[], setup: Record<string, { [field: string]: string }>) {
  return createRun(ports, {
    caller,
    reservation: reservation(),
    request_id: 'application-test',
    given: {
      disable_geolocation: true,
      expires_in: 0,
      phone: PHONE,
      setup,
      steps: steps.map((step) => ({ step, custom_id: null })),
    },
  });
}

/** Submits to the current step of a run. */
async function submit(step_uuid: string, data: object) {
  const run = await findRunOfStep(ports, caller.tenant, step_uuid);
  return submitStep(ports, {
    ...{ caller, run, step_uuid, client },
    ...{ data, reservation: reservation() },
  });
}

/** Returns the code of the newest message to the phone, once there is one. */
async function codeSent(): Promise<string> {
  for (const end = Date.now() + 20_000; Date.now() < end;) {
    const [message] = await listSandboxMessages(ports, caller.tenant, {
      filter: { to: PHONE },
      page: { skip: 0, limit: 1 },
    });
    const code = /\d+/.exec(message?.text ?? '')?.[0];
    if (code !== undefined) return code;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error('no code was sent');
}

test('a run is created, submitted to and read without HTTP', async () => {
  const { run } = await create(['acceptance', 'nip'], {
    acceptance: { text: 'Acepto los términos.', version: '1' },
    nip: { nip_uuid: nipUuid },
  });
  const [acceptance, nip] = run.view.steps.map(({ uuid }) => uuid) as [string, string];

  const accepted = await submit(acceptance, { accepted: true });
  expect(accepted.answer).toMatchObject({
    step: { uuid: acceptance, status: 'success' },
    run: { status: 'in_progress', current_step_uuid: nip },
  });

  const code = await codeSent();
  const wrong = code === '000000' ? '111111' : '000000';
  const refused = await submit(nip, { code: wrong }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(DomainError);
  expect(refused).toMatchObject({ code: 'code_incorrect', attempts_left: 2 });

  const verified = await submit(nip, { code });
  expect(verified.answer.run.status).toBe('success');
  const read = await findRun(ports, caller.tenant, run._id);
  expect(read.view).toMatchObject({ status: 'success', steps: [{}, { status: 'success' }] });
  expect(await stack.drifts([run._id])).toEqual([]);
});

test('use cases throw errors with a code of the domain', async () => {
  await expect(create(['no_such_step'], {})).rejects.toMatchObject({
    code: 'unknown_step',
    details: [{ path: 'steps.0' }],
  });
  await expect(findRun(ports, caller.tenant, randomUUID())).rejects.toMatchObject({
    code: 'not_found',
  });
  const { run } = await create(['acceptance'], { acceptance: { text: 'Sí.', version: '1' } });
  const [step] = run.view.steps;
  await expect(submit(step?.uuid ?? '', { accepted: 'maybe' })).rejects.toMatchObject({
    code: 'submission_refused',
    details: [{ path: 'data.accepted' }],
  });
  const asked = { run, reservation: reservation(), by: 'test', reason: 'test' };
  await expect(
    actOnRun(ports, { ...asked, actor: 'integrator', action: 'approve_step' }),
  ).rejects.toMatchObject({ code: 'forbidden' });
  const cancelled = await actOnRun(ports, { ...asked, actor: 'integrator', action: 'cancel' });
  expect(cancelled.answer.run.status).toBe('cancelled');
  await expect(submit(step?.uuid ?? '', { accepted: true })).rejects.toMatchObject({
    code: 'already_finished',
  });
});

test('a submission throws unavailable while no worker runs', async () => {
  const { run } = await create(['acceptance'], { acceptance: { text: 'Sí.', version: '1' } });
  await stack.kill('worker');
  const [step] = run.view.steps;
  await expect(submit(step?.uuid ?? '', { accepted: true })).rejects.toMatchObject({
    code: 'unavailable',
    retry_after: 1,
  });
});
