import { DomainError, invalidField } from '../../application/domain-error';
import { ApiError } from '../problems';

export function unknownPart(name: string | undefined): DomainError {
  if (name === undefined) return invalidField('', 'has a part without a name');
  return invalidField(name.slice(0, 100), 'is not known here');
}

export function unreadable(): DomainError {
  return new DomainError('validation_failed', 'The form could not be read to its end.');
}

/** Creates `too_large` for a form with too many bytes beside its file. `limit` in bytes. */
export function formTooLarge(limit: number): DomainError {
  const message = `The form has more than ${limit} bytes besides its file.`;
  return new DomainError('too_large', message);
}

export function tooSlow(): ApiError {
  const headers = { Connection: 'close' };
  return new ApiError('validation_failed', 'The file did not arrive in time.', [], headers);
}
