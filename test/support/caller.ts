/** A backend that retries calls without a response or with 503, with the same Idempotency-Key. */
import { randomUUID } from 'node:crypto';
import { TEST_KEY } from './stack';

export interface Answered<Result = never> {
  status: number;
  body: { success: boolean; result: Result; error?: { code: string; attempts_left?: number } };
  /** Duration of the last attempt, in milliseconds. */
  took: number;
  /** Value of the header `Retry-After`, in seconds. */
  retryAfter: string | null;
}

interface Call {
  method?: string;
  body?: unknown;
  /** Raw body instead of JSON. */
  form?: FormData;
  bearer?: string;
  idempotencyKey?: string;
}

export interface StepJson {
  uuid: string;
  step: string;
  status: string;
  payload: Record<string, unknown> | null;
}

export interface RunJson {
  uuid: string;
  status: string;
  steps: StepJson[];
}

/** Maximum time of retries, in milliseconds. */
const PATIENCE_MS = 60_000;
const PAUSE_MS = 100;

export class Caller {
  /** Duration of the longest attempt, in milliseconds. */
  slowest = 0;

  constructor(private readonly url: string) {}

  /** Makes one attempt. @throws TypeError if no server listens. */
  async once<Result>(path: string, call: Call = {}): Promise<Answered<Result>> {
    const startedAt = performance.now();
    const response = await fetch(this.url + path, {
      method: call.method ?? ((call.body ?? call.form) === undefined ? 'GET' : 'POST'),
      headers: {
        authorization: `Bearer ${call.bearer ?? TEST_KEY}`,
        ...(call.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(call.idempotencyKey === undefined ? {} : { 'idempotency-key': call.idempotencyKey }),
      },
      ...(call.body === undefined ? {} : { body: JSON.stringify(call.body) }),
      ...(call.form === undefined ? {} : { body: call.form }),
    });
    const body = (await response.json()) as Answered<Result>['body'];
    const took = performance.now() - startedAt;
    this.slowest = Math.max(this.slowest, took);
    const retryAfter = response.headers.get('retry-after');
    return { status: response.status, body, took, retryAfter };
  }

  /** Retries until there is a decision. */
  async persist<Result>(path: string, call: Call = {}): Promise<Answered<Result>> {
    const idempotencyKey = call.idempotencyKey ?? randomUUID();
    const mayRepeat = new Set([409, 429, 503]);
    let last = 'nobody listens';
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
      const answer = await this.once<Result>(path, { ...call, idempotencyKey }).catch(() => null);
      const isVerdict =
        answer !== null &&
        (!mayRepeat.has(answer.status) ||
          (answer.status === 409 && answer.body.error?.code !== 'idempotency_in_progress'));
      if (isVerdict) return answer;
      if (answer !== null) last = `${answer.status} ${answer.body.error?.code}`;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    throw new Error(`no verdict on ${path} within ${PATIENCE_MS} ms; the last answer: ${last}`);
  }
}

export const ACCEPTANCE = { acceptance: { text: 'Acepto los términos.', version: '1' } };

/** An address with a street that can be searched for. */
export function addressIn(street: string) {
  return {
    street,
    exterior_number: '12',
    neighborhood: 'Centro',
    municipality: 'Xochimilco',
    state: 'CDMX',
    zip_code: '01000',
  };
}

/** Executes a run from creation to its end, with retries. @throws Error if a submission is refused. */
export async function carryRun(
  caller: Caller,
  street: string,
  pause: () => Promise<void>,
  more: Record<string, unknown> = {},
): Promise<RunJson> {
  const created = await caller.persist<RunJson>('/v1/workflows', {
    body: { steps: ['acceptance', 'personal_address'], setup: ACCEPTANCE, ...more },
  });
  const { uuid, steps } = created.body.result;
  await pause();
  const submit = async (index: number, data: object) => {
    const answer = await caller.persist(`/v1/steps/${steps[index]?.uuid}/submit`, {
      body: { data },
    });
    if (answer.status !== 200) throw new Error(`${uuid}: ${JSON.stringify(answer)}`);
  };
  await submit(0, { accepted: true });
  await pause();
  await submit(1, addressIn(street));
  const read = await caller.persist<RunJson>(`/v1/workflows/${uuid}`);
  return read.body.result;
}
