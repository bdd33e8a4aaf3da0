import { z } from 'zod';
import type { Json } from '../../runs/events';
import { isStoreUnavailable } from '../../store/connection';
import { RunBusy, RunRefused, TemporalUnavailable } from '../../temporal/run-gateway';
import {
  ApiError,
  isProblemCode,
  unavailable,
  type ProblemCode,
  type ProblemDetail,
} from '../problems';
import { ownValue } from '../../runs/own-value';

/** body-parser's errors by their type (https://github.com/expressjs/body-parser#errors). */
const BODY_ERRORS: Readonly<Record<string, () => ApiError>> = {
  'entity.parse.failed': () => new ApiError('malformed_json', 'The body is not valid JSON.'),
  'entity.too.large': () => new ApiError('too_large', 'The body is larger than 512 KiB.'),
  'encoding.unsupported': () =>
    new ApiError('unsupported_media_type', 'Send the body uncompressed or with gzip.'),
  'charset.unsupported': () => new ApiError('unsupported_media_type', 'Send the body in UTF-8.'),
};

/** Turns whatever was thrown into an answer; null for what is a fault of this service. */
export function toApiError(error: unknown): ApiError | null {
  if (error instanceof ApiError) return error;
  if (error instanceof RunRefused) {
    return isProblemCode(error.code) ? refusalOf(error.code, error) : null;
  }
  if (error instanceof RunBusy) {
    const message = 'Too many requests for this run are under way.';
    return new ApiError('rate_limited', message, [], { 'Retry-After': '1' });
  }
  if (error instanceof TemporalUnavailable || isStoreUnavailable(error)) return unavailable();
  return fromHttpLayer(error);
}

/** What a run refused, with what its caller may do about it. */
function refusalOf(code: ProblemCode, { message, details }: RunRefused): ApiError {
  const wait = z.object({ retry_after: z.number() }).safeParse(details);
  const left = z.object({ attempts_left: z.number() }).safeParse(details);
  const headers = wait.success ? { 'Retry-After': String(wait.data.retry_after) } : {};
  const error = new ApiError(code, message, detailsOf(details), headers);
  if (left.success) error.more = left.data;
  return error;
}

/** A step may say what of a submission it refuses, in the form of the API's own details. */
function detailsOf(details: Json): ProblemDetail[] {
  const parsed = z.array(z.object({ path: z.string(), message: z.string() })).safeParse(details);
  return parsed.success ? parsed.data : [];
}

/** What Express and its parsers throw for requests that can't be read. */
function fromHttpLayer(error: unknown): ApiError | null {
  if (error instanceof URIError) return new ApiError('not_found', 'There is no such address.');
  const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown };
  if (typeof type === 'string') {
    const known = ownValue(BODY_ERRORS, type);
    if (known !== undefined) return known();
  }
  const isClients = typeof status === 'number' && status >= 400 && status < 500;
  return isClients ? new ApiError('validation_failed', 'The request could not be read.') : null;
}
