/** Maps failures to HTTP: each code with its status, in one table. Codes and statuses are a public contract. */
import type { DomainCode, DomainError, FieldError } from '../application/domain-error';

const DOMAIN_STATUS = {
  validation_failed: 400,
  unknown_step: 400,
  invalid_expression: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  conflict: 409,
  step_not_current: 409,
  already_finished: 409,
  already_created: 409,
  action_not_allowed: 409,
  expired: 410,
  too_large: 413,
  submission_refused: 422,
  code_incorrect: 422,
  code_expired: 422,
  geolocation_required: 422,
  rate_limited: 429,
  resend_too_soon: 429,
  guesses_exhausted: 429,
  unavailable: 503,
} as const satisfies Record<DomainCode, number>;

/** Codes of failures of HTTP itself. */
const TRANSPORT_STATUS = {
  malformed_json: 400,
  payment_required: 402,
  method_not_allowed: 405,
  in_use: 409,
  idempotency_in_progress: 409,
  precondition_failed: 412,
  unsupported_media_type: 415,
  idempotency_mismatch: 422,
  internal: 500,
} as const;

export const HTTP_STATUS = { ...DOMAIN_STATUS, ...TRANSPORT_STATUS };

export type ProblemCode = keyof typeof HTTP_STATUS;

/** An error response. Its message says what to do and repeats no input. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** Further fields of the error, such as `attempts_left`. */
  more: Readonly<Record<string, number>> = {};

  constructor(
    readonly code: ProblemCode,
    message: string,
    readonly details: readonly FieldError[] = [],
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(message);
  }

  get status(): number {
    return HTTP_STATUS[this.code];
  }
}

/**
 * Maps a failed use case to HTTP, with `Retry-After` (RFC 9110, 10.2.3), and the scheme for a 401 (RFC 9110, 11.6.1).
 */
export function fromDomainError(failed: DomainError): ApiError {
  const { code, message, details, retry_after, attempts_left } = failed;
  const error = new ApiError(code, message, details, {
    ...(retry_after !== undefined && { 'Retry-After': String(retry_after) }),
    ...(code === 'unauthenticated' && { 'WWW-Authenticate': 'Bearer' }),
  });
  if (attempts_left !== undefined) error.more = { attempts_left };
  return error;
}

/** Returns true for a code of the table. */
export function isProblemCode(code: string): code is ProblemCode {
  return Object.hasOwn(HTTP_STATUS, code);
}
