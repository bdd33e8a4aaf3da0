/** Creates NIPs and runs with codes, and reads the sandbox's messages. */
import { randomUUID } from 'node:crypto';
import type { Caller, RunJson, StepJson } from './caller';

export interface Sent {
  channel: string;
  status: string;
}
export interface Payload {
  phone: string | null;
  verifications: {
    status: string;
    channel: string;
    backup_active: boolean;
    attempts_left: number;
    sends: Sent[];
  }[];
}
export interface Message {
  uuid: string;
  channel: string;
  to: string;
  text: string;
  status: string;
}
export interface Failure {
  status: number;
  error?: { code: string; attempts_left?: number };
}

/** Longest wait of a test, in milliseconds. */
const PATIENCE_MS = 20_000;
let line = 0;

export type NipJourney = Awaited<ReturnType<typeof startNipJourney>>;

/** Configures a sandbox connector and a form. Returns functions for tests. */
export async function startNipJourney(caller: Caller, patience = PATIENCE_MS) {
  const made = async (path: string, body: object) =>
    (await caller.persist<{ uuid: string }>(path, { body })).body.result.uuid;
  const connector = await made('/v1/connectors', { name: 'Sandbox', kind: 'sandbox' });
  const fields = [{ predefined: 'nip_generic' }];
  const form = await made('/v1/forms', { name: 'F', fields });

  /** A new phone for each test; its last four digits select the outcome of its messages. */
  const phone = (script: string) => `+57310${String((line += 1)).padStart(3, '0')}${script}`;
  const sms = () => ({ channel: 'sms', connector_uuid: connector });
  const nip = async (more: object = {}) => {
    const backup = { after_failed_attempts: 2, channel: 'whatsapp' };
    return made('/v1/nips', { name: 'N', first_verification: { ...sms(), backup }, ...more });
  };
  const create = async (nipUuid: string) => {
    const setup = { custom_form: { form_uuid: form }, nip: { nip_uuid: nipUuid } };
    const body = { steps: ['custom_form', 'nip'], setup };
    const run = (await caller.persist<RunJson>('/v1/workflows', { body })).body.result;
    const [first, second] = run.steps as [StepJson, StepJson];
    return { uuid: run.uuid, form: first.uuid, step: second.uuid };
  };
  const fillIn = async (run: { form: string }, to: string, email = 'ana@example.com') => {
    const body = { data: { phone: to, email } };
    const given = await caller.persist(`/v1/steps/${run.form}/submit`, { body });
    expect(given.status).toBe(200);
  };
  /** A run after its form. */
  const begin = async (nipUuid: string, to: string, email?: string) => {
    const run = await create(nipUuid);
    await fillIn(run, to, email);
    return run;
  };
  const payload = async (step: string): Promise<Payload | null> => {
    const { body } = await caller.persist<StepJson>(`/v1/steps/${step}`);
    return body.result.payload as Payload | null;
  };
  const sends = async (step: string, order = 1) =>
    ((await payload(step))?.verifications[order - 1]?.sends ?? []).map(
      ({ channel, status }) => `${channel} ${status}`,
    );
  const until = async (what: () => Promise<boolean>) => {
    for (const end = Date.now() + patience; !(await what());) {
      if (Date.now() > end) throw new Error('waited in vain');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const untilSends = async (step: string, expected: string[], order = 1) => {
    await until(async () => (await sends(step, order)).join() === expected.join()).catch(
      async () => {
        expect(await sends(step, order)).toEqual(expected);
      },
    );
  };
  const messages = async (to: string) =>
    (
      await caller.persist<{ data: Message[] }>(
        `/v1/sandbox/messages?per_page=100&to=${encodeURIComponent(to)}`,
      )
    ).body.result.data;
  const codeIn = ({ text }: Message) => /\d+/.exec(text)?.[0] ?? '';
  const type = async (step: string, code: string) => {
    const body = { data: { code } };
    const { status, body: answer } = await caller.once<{ run: RunJson }>(
      `/v1/steps/${step}/submit`,
      { body, idempotencyKey: randomUUID() },
    );
    const { result, error } = answer;
    const typed: Failure & { result: { run: RunJson } } = { status, result };
    return error === undefined ? typed : { ...typed, error };
  };

  return {
    connector,
    form,
    phone,
    sms,
    nip,
    ...{ create, fillIn, begin },
    payload,
    sends,
    until,
    untilSends,
    messages,
    codeIn,
    type,
  };
}
