/** The demo's code: two SMS that fail, the backup on WhatsApp, a wrong code and the right one. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoClient } from './demo-client';
import { say } from './say';

/** The sandbox refuses SMS to numbers that end in 0001. */
const PHONE = '+573100000001';
const LOOK_MS = 100;
const PATIENCE_MS = 20_000;

interface Send {
  channel: string;
  status: string;
  error_code: string | null;
}

interface Session {
  step: { payload: { verifications: { destination: string; sends: Send[] }[] } | null };
}

/** Has the person give a phone, follows the code on its way, and types it. @throws Error where no code arrives. */
export async function verifyPhone(
  backend: DemoClient,
  person: DemoClient,
  stepUuid: string,
): Promise<void> {
  await person.submit(stepUuid, { phone: PHONE });
  say('step 3', `verify_phone_number: the code goes to ${PHONE}`);
  await follow(person);
  const to = encodeURIComponent(PHONE);
  const { data } = await backend.get<{ data: { text: string; channel: string }[] }>(
    `/v1/sandbox/messages?per_page=1&to=${to}`,
  );
  const [message] = data;
  if (message === undefined) throw new Error('The sandbox holds no message.');
  say('message', `by ${message.channel}: ${message.text}`);
  const code = /\d+/.exec(message.text)?.[0] ?? '';
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  const path = `/v1/session/steps/${stepUuid}/submit`;
  const refused = await person.refusal(path, { data: { code: wrong } });
  say('refused', `${wrong}: ${refused.status} ${refused.code}`);
  const taken = await person.submit(stepUuid, { code });
  say('verified', `${code}: ${taken.step.status}`);
}

/** Tells each message as it goes out and what becomes of it, until one is delivered. */
async function follow(person: DemoClient): Promise<void> {
  const told = new Set<string>();
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    await sleep(LOOK_MS);
    const { step } = await person.get<Session>('/v1/session');
    const sends = step.payload?.verifications[0]?.sends ?? [];
    for (const [index, { channel, status, error_code }] of sends.entries()) {
      const line = `${index + 1} by ${channel}: ${status}${error_code === null ? '' : ` (${error_code})`}`;
      if (!told.has(line)) say('send', line);
      told.add(line);
    }
    if (sends.at(-1)?.status === 'delivered') return;
  }
  throw new Error('No message arrived.');
}
