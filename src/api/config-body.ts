import type { ZodType } from 'zod';
import { parse } from '../application/parse';

/**
 * Parses a configuration body. `null` means absent, at any depth; in a change it removes an optional field. An unknown
 * field is an error with `null` too, and is reported by its name.
 * @throws DomainError `validation_failed`.
 */
export function parseConfigBody<Body>(
  { body, asWritten = [] }: { body: ZodType<Body>; asWritten?: readonly string[] },
  sent: object,
): Body {
  const withoutNulls = (insteadOf: (name: string) => [string, undefined][]) => ({
    ...(withNulls(sent, insteadOf) as object),
    ...Object.fromEntries(
      Object.entries(sent).filter(([name, value]) => asWritten.includes(name) && value !== null),
    ),
  });
  parse(
    body,
    withoutNulls((name) => [[name, undefined]]),
  );
  return parse(
    body,
    withoutNulls(() => []),
  );
}

/** Replaces each `null` field. */
function withNulls(value: unknown, insteadOf: (name: string) => [string, undefined][]): unknown {
  if (Array.isArray(value)) return value.map((each) => withNulls(each, insteadOf));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, each]): [string, unknown][] =>
    each === null ? insteadOf(name) : [[name, withNulls(each, insteadOf)]],
  );
  return Object.fromEntries(entries);
}
