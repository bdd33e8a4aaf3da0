/** Refusals of uploads: what is wrong, and what to send instead. */
import type { ContentRefused } from '../../media/walk';
import type { MediaType } from '../../steps/schema-contract';
import { ApiError } from '../problems';

export function refused(path: string, message: string): ApiError {
  const text = 'Some fields are not as they should be; see details.';
  return new ApiError('validation_failed', text, [{ path, message }]);
}

export function unknownPart(name: string | undefined): ApiError {
  if (name === undefined) return refused('', 'has a part without a name');
  return refused(name.slice(0, 100), 'is not known here');
}

/** Tells which types are accepted where the file is of none of them. */
export function contentRefused(
  { message, reason }: ContentRefused,
  accepted: readonly MediaType[],
): ApiError {
  const remedy = reason === 'kind' ? `; send one of ${accepted.join(', ')}` : '';
  const details = [{ path: 'file', message: `${message}${remedy}` }];
  return new ApiError('submission_refused', 'This file is not taken; see details.', details);
}

/** Reading files is bounded for all; the sender tries again. */
export function filesBusy(): ApiError {
  const message = 'Too many files are being read. Try again in a moment.';
  return new ApiError('rate_limited', message, [], { 'Retry-After': '2' });
}

export function tooLarge(limit: number): ApiError {
  return new ApiError('too_large', `The file is larger than ${limit} bytes.`);
}

export function formTooLarge(limit: number): ApiError {
  const message = `The form has more than ${limit} bytes besides its file.`;
  return new ApiError('too_large', message);
}

export function unreadable(): ApiError {
  return new ApiError('validation_failed', 'The form could not be read to its end.');
}

export function tooSlow(): ApiError {
  const headers = { Connection: 'close' };
  return new ApiError('validation_failed', 'The file did not arrive in time.', [], headers);
}
