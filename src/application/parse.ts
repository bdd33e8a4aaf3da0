/** Parses input of callers. Errors name the path and never the value. */
import type { ZodType } from 'zod';
import { validationFailed, type DomainError, type FieldError } from './domain-error';

export type Issue = NonNullable<ReturnType<ZodType['safeParse']>['error']>['issues'][number];

type ParseCode = 'validation_failed' | 'submission_refused';

/** Parses a value. @throws DomainError `code` with details under `prefix`. */
export function parse<Output>(
  schema: ZodType<Output>,
  value: unknown,
  prefix: readonly string[] = [],
  code: ParseCode = 'validation_failed',
): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues, prefix, code);
}

/** Creates the error for issues of zod. */
export function invalid(
  issues: readonly Issue[],
  prefix: readonly string[] = [],
  code: ParseCode = 'validation_failed',
): DomainError {
  // A hostile body can cause thousands of issues: only the first hundred become details.
  const details = issues.slice(0, 100).flatMap((issue) => detailsOf(issue, prefix));
  return validationFailed(details, code);
}

/** Returns the details of an issue. Each unknown field is a detail of its own. */
function detailsOf(issue: Issue, prefix: readonly string[]): FieldError[] {
  const path = [...prefix, ...issue.path.map(String)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: 'is not known here',
    }));
  }
  return [{ path: path.join('.'), message: issue.message }];
}
