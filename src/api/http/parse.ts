/** Reads what a caller sent against its schema; faults come back by path, never with the values. */
import type { ZodType } from 'zod';
import { ApiError, type ProblemCode, type ProblemDetail } from '../problems';

type Issue = NonNullable<ReturnType<ZodType['safeParse']>['error']>['issues'][number];

const MAX_DEPTH = 32;
/** Faults told at once: who sends thousands of them doesn't read them. */
const MAX_DETAILS = 100;

/** Parses a value or throws an ApiError whose details begin with `prefix`. */
export function parse<Output>(
  schema: ZodType<Output>,
  value: unknown,
  prefix: readonly string[] = [],
  code: ProblemCode = 'validation_failed',
): Output {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw faults(parsed.error.issues, prefix, code);
}

function faults(issues: readonly Issue[], prefix: readonly string[], code: ProblemCode): ApiError {
  const details = issues
    .slice(0, MAX_DETAILS)
    .flatMap((issue) => detailsOf(issue, prefix))
    .slice(0, MAX_DETAILS);
  return new ApiError(code, 'Some fields are not as they should be; see details.', details);
}

/** An unknown field is a detail of its own, by its name. */
function detailsOf(issue: Issue, prefix: readonly string[]): ProblemDetail[] {
  const path = [...prefix, ...issue.path.map(String)];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      message: 'is not known here',
    }));
  }
  return [{ path: path.join('.'), message: issue.message }];
}

/** A JSON object as sent; keys that poison prototypes are refused. */
export function readObject(value: unknown): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ApiError('validation_failed', 'The body must be a JSON object.');
  }
  refuseHostile(value, [], 0);
  return Object.fromEntries(Object.entries(value));
}

/**
 * Parses a body in which `null` on the first level means absent. An unknown field is unknown with `null` too, unless it
 * is one of `absent`.
 */
export function parseWithoutNulls<Output>(
  schema: ZodType<Output>,
  body: Record<string, unknown>,
  absent: readonly string[] = [],
): Output {
  const entries = Object.entries(body);
  const given = entries.filter(([, field]) => field !== null);
  if (given.length === entries.length) return parse(schema, body);
  const named = entries.filter(([name, field]) => field !== null || !absent.includes(name));
  const issues = schema.safeParse(Object.fromEntries(named)).error?.issues ?? [];
  const unknown = issues.filter(({ code, path }) => code === 'unrecognized_keys' && !path.length);
  if (unknown.length === 0) return parse(schema, Object.fromEntries(given));
  throw faults(unknown, [], 'validation_failed');
}

function refuseHostile(value: unknown, path: readonly string[], depth: number): void {
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw refused(path, `is nested deeper than ${MAX_DEPTH} levels`);
  for (const [key, child] of Object.entries(value)) {
    const here = [...path, key];
    // The database takes no names with a zero in them.
    if (key === '__proto__' || key.includes('\0'))
      throw refused(here, 'is not a name that can be used');
    refuseHostile(child, here, depth + 1);
  }
}

function refused(path: readonly string[], message: string): ApiError {
  const details = [{ path: path.slice(0, 8).join('.'), message }];
  return new ApiError(
    'validation_failed',
    'Some fields are not as they should be; see details.',
    details,
  );
}
