/** Meaning of each error code, with an example of its message, for the API document. */
import type { ProblemCode } from '../problems';

interface ErrorText {
  meaning: string;
  example: string;
}

const FIELDS = 'Some fields are invalid; see details.';

export const ERROR_TEXT: Readonly<Record<ProblemCode, ErrorText>> = {
  validation_failed: { meaning: 'fields of the request are wrong.', example: FIELDS },
  unknown_step: { meaning: 'a step key is not in the catalogue.', example: FIELDS },
  invalid_expression: {
    meaning: 'an expression cannot be read, or cannot mean what it says.',
    example: FIELDS,
  },
  malformed_json: {
    meaning: 'the body is not JSON.',
    example: 'The body is not valid JSON.',
  },
  unauthenticated: {
    meaning: 'the key or token is missing, wrong, expired or revoked.',
    example: 'Send an API key as bearer.',
  },
  payment_required: {
    meaning: 'no credit is left.',
    example: 'No credit is left.',
  },
  forbidden: {
    meaning: 'the key lacks the scope.',
    example: 'This key lacks the scope runs:write.',
  },
  not_found: {
    meaning: 'there is no such resource in the account and mode of the key.',
    example: 'There is no such workflow.',
  },
  method_not_allowed: {
    meaning: 'the address has no such method.',
    example: 'This address allows GET.',
  },
  conflict: {
    meaning: 'the state of the resource, or a name that is taken, forbids the call.',
    example: 'Another one has this name. Choose another.',
  },
  step_not_current: {
    meaning: 'another step comes next.',
    example: 'This step is finished.',
  },
  already_finished: {
    meaning: 'the workflow has ended.',
    example: 'The workflow is finished.',
  },
  in_use: {
    meaning: 'open workflows or templates use the resource.',
    example: 'Workflows that are open use this connector.',
  },
  idempotency_in_progress: {
    meaning: 'the first request with this `Idempotency-Key` still runs.',
    example: 'The first request with this Idempotency-Key still runs. Repeat it later.',
  },
  already_created: {
    meaning: 'the request was done before, and its answer cannot be shown again.',
    example:
      'This request created 0a4b5cc1-9a35-4d3f-8f5e-2f6f2b6c7d10. Its secret was shown once and is not repeated.',
  },
  action_not_allowed: {
    meaning: 'the state of the workflow does not allow it now.',
    example: 'This cannot be done now.',
  },
  expired: {
    meaning: 'the workflow has expired.',
    example: 'The workflow has expired. Create a new one.',
  },
  precondition_failed: {
    meaning: 'the resource changed after the `ETag` of `If-Match`.',
    example: 'It was changed in the meantime. Read it again.',
  },
  too_large: {
    meaning: 'the body, the file or the workflow has too many bytes.',
    example: 'The body is larger than 512 KiB.',
  },
  unsupported_media_type: {
    meaning: 'the body is not JSON, or not the form of an upload.',
    example: 'Send the body as application/json.',
  },
  submission_refused: {
    meaning: 'the submitted data or the file are wrong; see details.',
    example: FIELDS,
  },
  code_incorrect: {
    meaning: 'the code is wrong; `attempts_left` tells how often another may be typed.',
    example: 'The code is wrong.',
  },
  code_expired: {
    meaning: 'the code has expired; ask for another.',
    example: 'The code has expired. Ask for another.',
  },
  geolocation_required: {
    meaning: 'the step needs `coordinates`.',
    example: 'This step needs the location.',
  },
  idempotency_mismatch: {
    meaning: 'the `Idempotency-Key` was used with another body.',
    example: 'This Idempotency-Key was used with another body.',
  },
  rate_limited: {
    meaning: 'too many requests; wait as `Retry-After` says.',
    example: 'Too many requests with this key.',
  },
  resend_too_soon: {
    meaning: 'the code was sent a moment ago; wait as `Retry-After` says.',
    example: 'The code was sent a moment ago. Wait.',
  },
  guesses_exhausted: {
    meaning: 'too many wrong codes were typed.',
    example: 'Too many codes were typed. Wait.',
  },
  unavailable: {
    meaning:
      'Temporal or MongoDB is out of reach. The call may have taken effect: repeat it with the same `Idempotency-Key`.',
    example: 'The service is not available now. Repeat with the same Idempotency-Key.',
  },
  internal: {
    meaning: 'a fault of the service.',
    example: 'Something went wrong on our side. Give the request_id to support.',
  },
};
