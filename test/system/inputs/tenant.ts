/** Calls the API of a stack as one account in one mode, and reads answers in short. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

/** Longest wait of a row, in milliseconds. */
const PATIENCE_MS = 30_000;

/** Errors after which a client repeats its call with the same Idempotency-Key. */
const BUSY = new Set(['unavailable', 'rate_limited', 'idempotency_in_progress']);

export interface Call {
  method?: string;
  body?: unknown;
  /** Raw body instead of JSON; its content type is in `headers`, or that of a form. */
  raw?: string | Buffer | FormData;
  headers?: Record<string, string>;
  bearer?: string;
}

export interface StepJson {
  uuid: string;
  status: string;
  step: string;
  payload: Record<string, unknown> | null;
  error: { details?: { stack?: string } } | null;
}

export interface RunJson extends Record<string, unknown> {
  uuid: string;
  status: string;
  steps: StepJson[];
}

export interface Answer<Result = Record<string, unknown> & { uuid: string }> {
  status: number;
  headers: Headers;
  text: string;
  result: Result;
  error: { code: string; message: string; details: { path: string; message: string }[] } | null;
}

export class Tenant {
  constructor(
    readonly url: string,
    readonly account: string,
    readonly key: string,
  ) {}

  /** Calls, and repeats the call while the stack is busy or closes the connection. */
  async call<Result = Answer['result']>(path: string, call: Call = {}): Promise<Answer<Result>> {
    const key = randomUUID();
    for (const end = Date.now() + PATIENCE_MS; ;) {
      const headers = { 'idempotency-key': key, ...call.headers };
      const answer = await this.once<Result>(path, { ...call, headers }).catch((error: unknown) => {
        if (Date.now() > end) throw error;
      });
      const isBusy = answer === undefined || BUSY.has(answer.error?.code ?? '');
      if (!isBusy || (answer !== undefined && Date.now() > end)) return answer;
      await sleep(200);
    }
  }

  async once<Result = Answer['result']>(path: string, call: Call): Promise<Answer<Result>> {
    const body = call.raw ?? (call.body === undefined ? undefined : JSON.stringify(call.body));
    const response = await fetch(this.url + path, {
      method: call.method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      headers: {
        authorization: `Bearer ${call.bearer ?? this.key}`,
        ...(typeof body === 'string' && { 'content-type': 'application/json' }),
        ...call.headers,
      },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
    const { result, error } = (isJson && text !== '' ? JSON.parse(text) : {}) as {
      result: Result;
      error?: Answer['error'];
    };
    return {
      status: response.status,
      headers: response.headers,
      text,
      result,
      error: error ?? null,
    };
  }

  /** Creates a resource and returns its uuid. @throws Error if it is refused. */
  async made(path: string, body: object): Promise<string> {
    return demand(await this.call(path, { body })).uuid;
  }

  /** Creates a run. @throws Error if it is refused. */
  async run(body: object): Promise<RunJson> {
    return demand(await this.call<RunJson>('/v1/workflows', { body }));
  }

  /** Creates a run of one step and returns the uuid of its step. */
  async step(step: string, setup?: object, more: object = {}): Promise<string> {
    const run = await this.run({
      steps: [step],
      ...(setup && { setup: { [step]: setup } }),
      ...more,
    });
    return stepUuid(run);
  }

  submit(step: string, data: unknown, more: object = {}): Promise<Answer<{ run: RunJson }>> {
    return this.call<{ run: RunJson }>(`/v1/steps/${step}/submit`, { body: { data, ...more } });
  }

  async read(step: string): Promise<StepJson> {
    return demand(await this.call<StepJson>(`/v1/steps/${step}`));
  }

  async readRun(uuid: string): Promise<RunJson> {
    return demand(await this.call<RunJson>(`/v1/workflows/${uuid}`));
  }
}

export function stepUuid(run: RunJson, index = 0): string {
  const step = run.steps[index];
  if (step === undefined) throw new Error(`the run has no step ${index}`);
  return step.uuid;
}

/** Returns the result of a call. @throws Error if it was refused. */
export function demand<Result>(answer: Answer<Result>): Result {
  if (answer.status >= 300) throw new Error(`${answer.status}: ${answer.text.slice(0, 1_000)}`);
  return answer.result;
}

/** Writes an answer in short: its status, and of a refusal the code and the paths: `422 submission_refused data.x`. */
export function brief({ status, error }: Pick<Answer, 'status' | 'error'>): string {
  if (error === null) return String(status);
  return [status, error.code, ...error.details.map(({ path }) => path)].join(' ');
}

/** Writes the details of a refusal: `setup.nip.phone is required`. */
export function details({ error }: Pick<Answer, 'error'>): string[] {
  return (error?.details ?? []).map(({ path, message }) => `${path} ${message}`);
}

/** Reads until a value is there. @throws Error after half a minute. */
export async function until<Value>(
  what: string,
  read: () => Promise<Value | null | undefined> | Value | null | undefined,
): Promise<Value> {
  for (const end = Date.now() + PATIENCE_MS; ;) {
    const value = await read();
    if (value !== null && value !== undefined) return value;
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`);
    await sleep(100);
  }
}
