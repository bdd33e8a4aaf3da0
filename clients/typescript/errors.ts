import { retryAfter } from './retry';
import type { components } from './schema';

type Schemas = components['schemas'];

/** Every error code of the API. */
export type ErrorCode = {
  [Name in keyof Schemas]: Schemas[Name] extends { success: false; error: { code: infer Code } }
    ? Code
    : never;
}[keyof Schemas];

/** A field that was refused. `path` reads like `setup.nip.phone`. */
export interface FieldError {
  path: string;
  message: string;
}

/** An error response of the API. */
export class CercioraError extends Error {
  override readonly name = 'CercioraError';

  constructor(
    /** HTTP status. */
    readonly status: number,
    /** Stable code to decide by; `internal` for an answer that isn't the API's. */
    readonly code: ErrorCode,
    /** Text for developers: what is wrong and what to send. */
    message: string,
    readonly details: readonly FieldError[],
    /** Identifies the request in the logs of the service. */
    readonly request_id: string,
    /** Seconds to wait before the next attempt; null if the API named none. */
    readonly retry_after: number | null = null,
    /** Attempts left for a wrong code; null for any other error. */
    readonly attempts_left: number | null = null,
  ) {
    super(message);
  }
}

interface Answered<Result> {
  data?: { success: true; result: Result };
  error?: unknown;
  response: Response;
}

/** Returns the result of a call, with the answer it came in. @throws CercioraError. */
export async function answerOf<Result>(
  call: Promise<Answered<Result>>,
): Promise<{ result: Result; response: Response }> {
  const { data, error, response } = await call;
  if (data !== undefined) return { result: data.result, response };
  throw errorOf(error, response);
}

/** Returns the result of a call. @throws CercioraError. */
export async function resultOf<Result>(call: Promise<Answered<Result>>): Promise<Result> {
  return (await answerOf(call)).result;
}

/** Builds the error of an answer, which may be a proxy's. */
function errorOf(body: unknown, response: Response): CercioraError {
  const { error } = (typeof body === 'object' && body !== null ? body : {}) as {
    error?: Partial<CercioraError>;
  };
  return new CercioraError(
    response.status,
    error?.code ?? 'internal',
    error?.message ?? `The server answered ${String(response.status)}.`,
    error?.details ?? [],
    error?.request_id ?? '',
    retryAfter(response),
    error?.attempts_left ?? null,
  );
}
