/** Many people write to their runs and read their writes at once, while MongoDB gets the events late. */
import { randomUUID } from 'node:crypto';
import { deriveCode } from '../../src/platform/crypto/codes';
import { ACCEPTANCE, Caller, type RunJson, type StepJson } from './caller';
import { testKeys } from './keys';
import { startNipJourney, type NipJourney } from './nip-journey';
import type { SlowStack } from './slow-stack';

const PEOPLE = 8;
const FORMS = 8;
/** Most writes are delayed by up to `SHORT_MS`, one in `RARE` by up to `LONG_MS`; both in milliseconds. */
const SHORT_MS = 60;
const LONG_MS = 2_500;
const RARE = 100;
/** Probability of a wrong code, and the maximum number. */
const WRONG = 2;
const MAX_WRONG = 5;

export interface ReadsAfterWrites {
  /** Number of reads after a write. */
  reads: number;
  /** Reads that did not show the write. */
  stale: object[];
  /** Writes with an unexpected decision. */
  unexpected: object[];
  /** Duration of the longest attempt of a write, in milliseconds. */
  slowest: number;
}

interface Answer {
  step: StepJson & { updated_at: string };
  run: { status: string };
}
interface Run extends RunJson {
  steps: Answer['step'][];
}

interface Write {
  path: string;
  body: object;
  status: number;
  /** Returns true if the run shows the write. */
  isShown: (read: Run, answer: Answer) => boolean;
}

/** Makes writes, each followed by a read, up to a number of reads. */
export async function readAfterWrites(
  slow: SlowStack,
  { reads, seed }: { reads: number; seed: number },
): Promise<ReadsAfterWrites> {
  const seen = { reads: 0, stale: [], unexpected: [], slowest: 0 };
  const caller = new Caller(slow.stack.url);
  const journey = await startNipJourney(caller);
  const nip = await journey.nip({ code: { max_wrong: MAX_WRONG } });
  const random = randomFrom(seed);
  slow.worker.delay = () => random() * (random() < 1 / RARE ? LONG_MS : SHORT_MS);
  const person = new Person({ caller, journey, nip, seen });
  await Promise.all(
    Array.from({ length: PEOPLE }, async () => {
      while (seen.reads < reads) await person.carryRun();
    }),
  );
  slow.worker.delay = () => 0;
  return { ...seen, slowest: caller.slowest };
}

class Person {
  constructor(
    private readonly to: {
      caller: Caller;
      journey: NipJourney;
      nip: string;
      seen: ReadsAfterWrites;
    },
  ) {}

  /** Executes one run from its creation to its end. */
  async carryRun(): Promise<void> {
    const { uuid, steps } = await this.create();
    const code = steps.at(-1)?.uuid ?? '';
    const path = `/v1/workflows/${uuid}/start`;
    await this.write(uuid, { path, body: {}, status: 200, isShown: isAsAnswered });
    for (const form of steps.slice(0, -1)) {
      const body = { data: { accepted: true } };
      await this.write(uuid, { ...submitOf(form.uuid), body, status: 200, isShown: isAsAnswered });
    }
    await this.to.journey.until(async () => (await this.to.journey.sends(code)).length > 0);
    await this.typeCodes(uuid, code);
  }

  private async typeCodes(uuid: string, step: string): Promise<void> {
    const place = { run_uuid: uuid, step_uuid: step, order: 1, issue: 1 };
    const right = deriveCode(testKeys.CODE_KEYS, testKeys.CODE_KEYS.current.id, place, 6);
    for (let tries = 1; tries <= WRONG; tries += 1) {
      const code = right.replace(/^./, (digit) => String((Number(digit) + tries) % 10));
      const isShown = ({ steps }: Run) => attemptsLeft(steps.at(-1)) === MAX_WRONG - tries;
      await this.write(uuid, { ...submitOf(step), body: { data: { code } }, status: 422, isShown });
    }
    const body = { data: { code: right } };
    await this.write(uuid, { ...submitOf(step), body, status: 200, isShown: isAsAnswered });
  }

  private async create(): Promise<Run> {
    const forms = Array.from({ length: FORMS }, (_, index) => `acceptance_${index}`);
    const { nip, journey, caller } = this.to;
    const text = ACCEPTANCE.acceptance;
    const setup = Object.fromEntries(forms.map((name) => [name, text]));
    const body = {
      steps: [
        ...forms.map((custom_id) => ({ step: 'acceptance', custom_id })),
        'verify_phone_number',
      ],
      setup: { ...setup, verify_phone_number: { nip_uuid: nip, phone: journey.phone('5555') } },
    };
    return (await caller.persist<Run>('/v1/workflows', { body })).body.result;
  }

  private async write(uuid: string, { path, body, status, isShown }: Write): Promise<void> {
    const { caller, seen } = this.to;
    const idempotencyKey = randomUUID();
    const answer = await caller.persist<Answer>(path, { body, idempotencyKey });
    const read = await caller.once<Run>(`/v1/workflows/${uuid}`);
    seen.reads += 1;
    if (answer.status !== status) seen.unexpected.push({ path, body, answer });
    else if (!isShown(read.body.result, answer.body.result)) {
      seen.stale.push({ path, answer: answer.body, read: read.body.result });
    }
  }
}

const submitOf = (step: string) => ({ path: `/v1/steps/${step}/submit` });

/** Background work, such as a send, may have changed the step since. */
function isAsAnswered({ status, steps }: Run, { step, run }: Answer): boolean {
  const read = steps.find(({ uuid }) => uuid === step.uuid);
  return (
    status === run.status && read?.status === step.status && read.updated_at >= step.updated_at
  );
}

function attemptsLeft(step: StepJson | undefined): unknown {
  const [first] = (step?.payload?.['verifications'] ?? []) as { attempts_left: number }[];
  return first?.attempts_left;
}

/** Returns numbers from 0 to 1 derived from a seed (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
