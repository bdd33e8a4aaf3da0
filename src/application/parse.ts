/** Parses what a caller sent. Faults name the path and never the value. */
import type { z, ZodType } from 'zod';
import { issueMessage, issuesOfUnion, withoutRepeats } from './issue-messages';
import { validationFailed, type DomainError, type FieldError } from './domain-error';

export type Issue = z.core.$ZodIssue;

type ParseCode = 'validation_failed' | 'submission_refused';

/** Parses a value. @throws DomainError `code` with details under `prefix`. */
export function parse<Output>(
  schema: ZodType<Output>,
  value: unknown,
  prefix: readonly string[] = [],
  code: ParseCode = 'validation_failed',
): Output {
  const parsed = parseSafely(schema, value);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues, prefix, code);
}

/** Parses a value. Messages of issues are of this project. */
export function parseSafely<Output>(
  schema: ZodType<Output>,
  value: unknown,
): z.ZodSafeParseResult<Output> {
  return schema.safeParse(value, { error: issueMessage });
}

/** Creates the error for issues of zod. */
export function invalid(
  issues: readonly Issue[],
  prefix: readonly string[] = [],
  code: ParseCode = 'validation_failed',
): DomainError {
  // A hostile body has thousands of issues: the first hundred make a hundred details.
  const details = withoutRepeats(issues.slice(0, 100))
    .flatMap(issuesOfUnion)
    .flatMap((issue) => detailsOf(issue, prefix));
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
