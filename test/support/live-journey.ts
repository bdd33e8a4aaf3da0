/** A live account with loopback providers: connectors, NIPs, runs, and received messages. */
import type { Caller, RunJson, StepJson } from './caller';
import { ACCOUNT_SID, AUTH_TOKEN } from './loopback-twilio';
import { API_KEY, type LoopbackSendgrid } from './loopback-sendgrid';
import type { Payload } from './nip-journey';

/** Longest wait of a test, in milliseconds. */
const PATIENCE_MS = 20_000;
let line = 0;

export type LiveJourney = Awaited<ReturnType<typeof startLiveJourney>>;

/** Configures a connector at each provider. Returns functions for tests. */
export async function startLiveJourney(caller: Caller, bearer: string, sendgrid: LoopbackSendgrid) {
  const made = async (path: string, body: object) =>
    (await caller.persist<{ uuid: string }>(path, { body, bearer })).body.result.uuid;
  const twilioUuid = await made('/v1/connectors', {
    ...{ name: 'Twilio', kind: 'twilio', sender: { sms: '+15005550006' } },
    credentials: { account_sid: ACCOUNT_SID, auth_token: AUTH_TOKEN },
  });
  const sendgridUuid = await made('/v1/connectors', {
    ...{ name: 'SendGrid', kind: 'sendgrid', sender: { email: 'codes@bank.example' } },
    credentials: { api_key: API_KEY, webhook_public_key: sendgrid.publicKey },
  });
  const sms = { channel: 'sms', connector_uuid: twilioUuid };
  const email = { channel: 'email', connector_uuid: sendgridUuid };

  /** A new Mexican mobile and email for each test. */
  const person = (prefix = '+52551234') => {
    line += 1;
    return { phone: `${prefix}${String(line).padStart(4, '0')}`, email: `p${line}@example.com` };
  };
  const nip = (first: object, more: object = {}) =>
    made('/v1/nips', { name: 'N', first_verification: first, ...more });
  /** A run whose code is sent at once. */
  const begin = async (nip_uuid: string, to: { phone: string; email: string }) => {
    const body = { steps: ['nip'], setup: { nip: { nip_uuid, ...to } } };
    const run = (await caller.persist<RunJson>('/v1/workflows', { body, bearer })).body.result;
    return { uuid: run.uuid, step: run.steps[0]?.uuid ?? '' };
  };
  const payload = async (step: string): Promise<Payload | null> => {
    const { body } = await caller.persist<StepJson>(`/v1/steps/${step}`, { bearer });
    return body.result.payload as Payload | null;
  };
  const sends = async (step: string) =>
    ((await payload(step))?.verifications[0]?.sends ?? []).map(
      ({ channel, status }) => `${channel} ${status}`,
    );
  const until = async (what: () => Promise<boolean> | boolean) => {
    for (const end = Date.now() + PATIENCE_MS; !(await what());) {
      if (Date.now() > end) throw new Error('waited in vain');
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const untilSends = async (step: string, expected: string[]) => {
    await until(async () => (await sends(step)).join() === expected.join()).catch(async () => {
      expect(await sends(step)).toEqual(expected);
    });
  };
  const type = (step: string, code: string) =>
    caller.persist<{ run: RunJson }>(`/v1/steps/${step}/submit`, {
      ...{ body: { data: { code } }, bearer },
    });
  return {
    ...{ sms, email, person, nip, begin, payload, sends, until, untilSends, type },
    callbacksOfSendgrid: `/callbacks/sendgrid/${sendgridUuid}`,
  };
}

export function codeIn(text: string): string {
  return /\d+/.exec(text)?.[0] ?? '';
}
