import { z } from 'zod';
import { FilesBusy } from '../media/file-task';
import type { Json } from '../domain/run/events';
import { isStoreUnavailable } from '../store/connection';
import { RunBusy, RunRefused, TemporalUnavailable } from '../platform/temporal/run-gateway';
import { DomainError, isDomainCode, unavailable, type FieldError } from './domain-error';

/** Converts any error of a use case: `unavailable` if MongoDB or Temporal can't be reached, null for a bug. */
export function toDomainError(error: unknown): DomainError | null {
  if (error instanceof DomainError) return error;
  if (error instanceof RunRefused) return refusalOf(error);
  if (error instanceof RunBusy) {
    const message = 'Too many requests for this run are in progress.';
    return new DomainError('rate_limited', message, { retry_after: 1, cause: error });
  }
  if (error instanceof FilesBusy) {
    const message = 'Too many files are being read. Try again in a moment.';
    return new DomainError('rate_limited', message, { retry_after: 2, cause: error });
  }
  const isAway = error instanceof TemporalUnavailable || isStoreUnavailable(error);
  return isAway ? unavailable(error) : null;
}

/** Converts a run's refusal and adds advice for its caller. Null for an unknown code: a bug. */
function refusalOf(refused: RunRefused): DomainError | null {
  const { code, message, details } = refused;
  if (!isDomainCode(code)) return null;
  return new DomainError(code, message, {
    details: fieldErrorsIn(details),
    ...limitsIn(details),
    cause: refused,
  });
}

const limits = z.object({
  retry_after: z.number().optional(),
  attempts_left: z.number().optional(),
});

function limitsIn(details: Json): { retry_after?: number; attempts_left?: number } {
  const { retry_after, attempts_left } = limits.safeParse(details).data ?? {};
  return {
    ...(retry_after !== undefined && { retry_after }),
    ...(attempts_left !== undefined && { attempts_left }),
  };
}

/** Returns the invalid fields that a step named in its refusal. */
function fieldErrorsIn(details: Json): FieldError[] {
  const parsed = z.array(z.object({ path: z.string(), message: z.string() })).safeParse(details);
  return parsed.success ? parsed.data : [];
}
