/** The demo's code: two failed SMS, the backup on WhatsApp, a wrong code and the right one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { resultOf, type Cerciora } from '../../clients/typescript/index';
import { say } from './say';
import { refusalOf, submit } from './submit';

/** The sandbox refuses SMS to numbers that end in 0001. */
const PHONE = '+573100000001';
const LOOK_MS = 100;
const PATIENCE_MS = 20_000;

interface Send {
  channel: string;
  status: string;
  error_code: string | null;
}

/** Submits a phone, follows the code's sends, and submits the code. @throws Error if no code arrives. */
export async function verifyPhone(
  backend: Cerciora,
  person: Cerciora,
  stepUuid: string,
): Promise<void> {
  await submit(person, stepUuid, { phone: PHONE });
  say('step 3', `verify_phone_number: the code goes to ${PHONE}`);
  await follow(person);
  const { data } = await resultOf(
    backend.GET('/v1/sandbox/messages', { params: { query: { to: PHONE, per_page: 1 } } }),
  );
  const [message] = data;
  if (message === undefined) throw new Error('The sandbox holds no message.');
  say('message', `by ${message.channel}: ${message.text}`);
  const code = /\d+/.exec(message.text)?.[0] ?? '';
  const wrong = String((Number(code) + 1) % 1_000_000).padStart(6, '0');
  const refused = await refusalOf(submit(person, stepUuid, { code: wrong }));
  say('refused', `${wrong}: ${refused.status} ${refused.code}`);
  const taken = await submit(person, stepUuid, { code });
  say('verified', `${code}: ${taken.step?.status}`);
}

/** Prints each send and its result, until one is delivered. */
async function follow(person: Cerciora): Promise<void> {
  const told = new Set<string>();
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
    await sleep(LOOK_MS);
    const sends = await sendsSoFar(person);
    for (const line of sends.map(lineOf)) {
      if (!told.has(line)) say('send', line);
      told.add(line);
    }
    if (sends.at(-1)?.status === 'delivered') return;
  }
  throw new Error('No message arrived.');
}

async function sendsSoFar(person: Cerciora): Promise<Send[]> {
  const { step } = await resultOf(person.GET('/v1/session'));
  const [verification] = (step?.payload?.['verifications'] ?? []) as { sends: Send[] }[];
  return verification?.sends ?? [];
}

function lineOf({ channel, status, error_code }: Send, index: number): string {
  return `${index + 1} by ${channel}: ${status}${error_code === null ? '' : ` (${error_code})`}`;
}
