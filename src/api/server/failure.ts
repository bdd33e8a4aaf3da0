/** Converts any error to an `ApiError`, and that to the body of a response. */
import type { Logger } from 'pino';
import { toDomainError } from '../../application/to-domain-error';
import { translateTexts } from '../../application/person-messages/translate';
import { ApiError, fromDomainError } from '../problems';
import { ownValue } from '../../domain/run/own-value';

/** Errors of body-parser by type (https://github.com/expressjs/body-parser#errors). */
const BODY_ERRORS: Readonly<Record<string, () => ApiError>> = {
  'entity.parse.failed': () => new ApiError('malformed_json', 'The body is not valid JSON.'),
  'entity.too.large': () => new ApiError('too_large', 'The body is larger than 512 KiB.'),
  'encoding.unsupported': () =>
    new ApiError('unsupported_media_type', 'Send the body uncompressed or with gzip.'),
  'charset.unsupported': () => new ApiError('unsupported_media_type', 'Send the body in UTF-8.'),
};

interface Failing {
  request_id: string;
  logger: Logger;
}

/** Converts any error to a response. Logs a bug with its cause and responds 500. */
export function toApiError(thrown: unknown, { request_id, logger }: Failing): ApiError {
  if (thrown instanceof ApiError) return thrown;
  const domainError = toDomainError(thrown);
  if (domainError !== null) return fromDomainError(domainError);
  const unreadable = fromHttpLayer(thrown);
  if (unreadable !== null) return unreadable;
  logger.error({ err: thrown, request_id }, 'request failed');
  const message = 'Something went wrong on our side. Give the request_id to support.';
  return new ApiError('internal', message);
}

/** Builds the body of an error response. `language`: that of the person who reads it; absent: English. */
export function failureBody(error: ApiError, requestId: string, language = 'en'): string {
  const { code, more } = error;
  const { message, details } = translateTexts(error, language);
  return JSON.stringify({
    success: false,
    error: { code, message, ...more, details, request_id: requestId },
  });
}

/** Translates errors of Express and its parsers about unreadable requests. */
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
