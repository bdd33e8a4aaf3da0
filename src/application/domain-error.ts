/** All failure codes of use cases. The list is closed: a caller may switch over it. */
export const DOMAIN_CODES = [
  'validation_failed',
  'unknown_step',
  'invalid_expression',
  'unauthenticated',
  'forbidden',
  'not_found',
  'conflict',
  'step_not_current',
  'already_finished',
  'already_created',
  'action_not_allowed',
  'expired',
  'too_large',
  'submission_refused',
  'code_incorrect',
  'code_expired',
  'geolocation_required',
  'rate_limited',
  'resend_too_soon',
  'guesses_exhausted',
  'unavailable',
] as const;

export type DomainCode = (typeof DOMAIN_CODES)[number];

/** One invalid field: its path, such as `setup.nip.phone`, and what is wrong with it. */
export interface FieldError {
  path: string;
  message: string;
}

interface Circumstances {
  details?: readonly FieldError[];
  /** Seconds until the call may be repeated. */
  retry_after?: number;
  /** Attempts left after `code_incorrect`. */
  attempts_left?: number;
  cause?: unknown;
}

/** Failure of a use case. The message says what is wrong or what to do, and repeats no personal data. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly details: readonly FieldError[];
  readonly retry_after: number | undefined;
  readonly attempts_left: number | undefined;

  constructor(
    readonly code: DomainCode,
    message: string,
    { details = [], retry_after, attempts_left, cause }: Circumstances = {},
  ) {
    super(message, { cause });
    this.details = details;
    this.retry_after = retry_after;
    this.attempts_left = attempts_left;
  }
}

/** Returns true for a code of the table. */
export function isDomainCode(code: string): code is DomainCode {
  return (DOMAIN_CODES as readonly string[]).includes(code);
}

/** Failures without a decision: the run may have accepted the message. */
const UNDECIDED: ReadonlySet<DomainCode> = new Set(['unavailable', 'rate_limited']);

/** Returns true for a definite refusal by a run or by a check before it. */
export function isRefusal(error: unknown): error is DomainError {
  return error instanceof DomainError && !UNDECIDED.has(error.code);
}

/** Maximum number of details; more are cut. */
const MAX_DETAILS = 100;

const FIELDS_TEXT = 'Some fields are invalid; see details.';

/** Creates `validation_failed`, or another code with the same text, for invalid fields. */
export function validationFailed(
  details: readonly FieldError[],
  code: Extract<
    DomainCode,
    'validation_failed' | 'unknown_step' | 'submission_refused'
  > = 'validation_failed',
): DomainError {
  return new DomainError(code, FIELDS_TEXT, { details: details.slice(0, MAX_DETAILS) });
}

/** Creates `validation_failed` for one field. */
export function invalidField(path: string, message: string): DomainError {
  return validationFailed([{ path, message }]);
}

/** Creates `submission_refused` for an uploaded file. */
export function fileRefused(details: readonly FieldError[]): DomainError {
  const text = 'This file was not accepted; see details.';
  return new DomainError('submission_refused', text, { details });
}

/** Creates `too_large` for a file beyond a limit in bytes. */
export function tooLarge(limit: number): DomainError {
  return new DomainError('too_large', `The file is larger than ${limit} bytes.`);
}

/** Creates `not_found`, with the same text for missing resources and for those of other accounts. */
export function notFound(what: string): DomainError {
  return new DomainError('not_found', `There is no such ${what}.`);
}

/** Creates `already_created` for a repeated request whose first response showed a secret. */
export function alreadyCreated(uuid: string): DomainError {
  const message = `This request created ${uuid}. Its secret was shown once and is not repeated.`;
  return new DomainError('already_created', message, {
    details: [{ path: 'uuid', message: uuid }],
  });
}

/**
 * Creates `already_created` for a repeated request whose stored response was erased with its workflow's personal data.
 */
export function erasedError(uuid: string): DomainError {
  const message = 'The answer to this request was erased with the personal data of its workflow.';
  return new DomainError('already_created', message, {
    details: [{ path: 'uuid', message: uuid }],
  });
}

/** Creates `unavailable`. The request may be repeated with the same Idempotency-Key. */
export function unavailable(cause?: unknown): DomainError {
  const message = 'The service is not available now. Repeat with the same Idempotency-Key.';
  return new DomainError('unavailable', message, { retry_after: 1, cause });
}
