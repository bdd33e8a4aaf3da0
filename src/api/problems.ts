/** What can go wrong for a caller: each code with its status, in one table. Codes and statuses are promised. */

export const STATUS_OF = {
  validation_failed: 400,
  malformed_json: 400,
  unknown_step: 400,
  invalid_expression: 400,
  unauthenticated: 401,
  payment_required: 402,
  forbidden: 403,
  not_found: 404,
  method_not_allowed: 405,
  conflict: 409,
  step_not_current: 409,
  already_finished: 409,
  in_use: 409,
  idempotency_in_progress: 409,
  already_created: 409,
  action_not_allowed: 409,
  expired: 410,
  precondition_failed: 412,
  too_large: 413,
  unsupported_media_type: 415,
  submission_refused: 422,
  code_incorrect: 422,
  code_expired: 422,
  geolocation_required: 422,
  idempotency_mismatch: 422,
  rate_limited: 429,
  resend_too_soon: 429,
  guesses_exhausted: 429,
  internal: 500,
  unavailable: 503,
} as const;

export type ProblemCode = keyof typeof STATUS_OF;

/** One fault of a request: where, as `setup.nip.phone`, and what. */
export interface ProblemDetail {
  path: string;
  message: string;
}

/** An answer that isn't a success. Messages say what to do and repeat nothing that was typed. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Further fields of the error, such as `attempts_left`. */
  more: Readonly<Record<string, number>> = {};

  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly details: readonly ProblemDetail[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  get status(): number {
    return STATUS_OF[this.code];
  }
}

/** True where a text is a code of the table. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(STATUS_OF, code);
}

/** 404, the same for what doesn't exist and for what is another account's. */
export function notFound(what: string): ApiError {
  return new ApiError('not_found', `There is no such ${what}.`);
}

/** 409 for a secret that was shown once, to whoever repeats the request that made it. */
export function alreadyCreated(uuid: string): ApiError {
  const message = `This request created ${uuid}. Its secret was shown once and is not repeated.`;
  return new ApiError('already_created', message, [{ path: 'uuid', message: uuid }]);
}

/** 409 for whoever repeats a request whose answer was erased with the personal data of its run. */
export function erasedSince(uuid: string): ApiError {
  const message =
    'What this request was answered was erased with the personal data of its workflow.';
  return new ApiError('already_created', message, [{ path: 'uuid', message: uuid }]);
}

/** 503 for whatever is out of reach; the request may be repeated with the same Idempotency-Key. */
export function unavailable(): ApiError {
  const message = 'The service is out of reach for a moment. Repeat with the same Idempotency-Key.';
  return new ApiError('unavailable', message, [], { 'Retry-After': '1' });
}
