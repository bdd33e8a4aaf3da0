/** Parses JSON bodies: refuses hostile keys, and `null` means absent. */
import type { ZodType } from 'zod';
import { hasLoneSurrogate } from '../../domain/identifiers/one-line';
import { DomainError, invalidField, validationFailed } from '../../application/domain-error';
import { invalid, parseSafely } from '../../application/parse';
import { isFields } from '../../domain/run/is-fields';

const MAX_DEPTH = 32;

/**
 * Checks a JSON body and returns it as an object.
 * @throws DomainError `validation_failed` for another value, for keys that poison prototypes and for deep nesting.
 */
export function requireObject(value: unknown): Record<string, unknown> {
  if (!isFields(value)) {
    throw new DomainError('validation_failed', 'The body must be a JSON object.');
  }
  refuseHostile(value, [], 0);
  return Object.fromEntries(Object.entries(value));
}

/**
 * Parses a body in which `null` on the first level means absent. An unknown field is an error with `null` too, unless
 * it is in `absent`.
 */
export function parseWithoutNulls<Output>(
  schema: ZodType<Output>,
  body: Record<string, unknown>,
  absent: readonly string[] = [],
): Output {
  const entries = Object.entries(body);
  const given = entries.filter(([, field]) => field !== null);
  if (given.length < entries.length) {
    const named = entries.filter(([name, field]) => field !== null || !absent.includes(name));
    const issues = parseSafely(schema, Object.fromEntries(named)).error?.issues ?? [];
    const unknown = issues.filter(({ code, path }) => code === 'unrecognized_keys' && !path.length);
    if (unknown.length > 0) throw invalid(unknown);
  }
  const parsed = parseSafely(schema, Object.fromEntries(given));
  if (!parsed.success) throw invalid(parsed.error.issues);
  return parsed.data;
}

function refuseHostile(value: unknown, path: readonly string[], depth: number): void {
  if (typeof value === 'string') refuseHalves(value, path);
  if (typeof value !== 'object' || value === null) return;
  if (depth > MAX_DEPTH) throw refused(path, `is nested deeper than ${MAX_DEPTH} levels`);
  for (const [key, child] of Object.entries(value)) {
    const here = [...path, key];
    // MongoDB refuses field names with a null character.
    if (key === '__proto__' || key.includes('\0') || hasLoneSurrogate(key)) {
      throw refused(here, 'is not a name that can be used');
    }
    refuseHostile(child, here, depth + 1);
  }
}

/** Refuses lone surrogates. Metadata are stored exactly as sent; submitted data are checked by the step's schema. */
function refuseHalves(text: string, path: readonly string[]): void {
  if (path[0] === 'data' || path[0] === 'metadata' || !hasLoneSurrogate(text)) return;
  throw refused(path, 'holds half a character (a lone surrogate)');
}

function refused(path: readonly string[], message: string): DomainError {
  return invalidField(path.slice(0, 8).join('.'), message);
}

/** Refuses a value at a path: `submission_refused` within the data of a submission, else `validation_failed`. */
export function refusedAt(path: readonly string[], message: string): DomainError {
  const code = path[0] === 'data' ? 'submission_refused' : 'validation_failed';
  return validationFailed([{ path: path.slice(0, 8).join('.'), message }], code);
}
