import type { ZodType } from 'zod';
import { parse } from '../application/parse';

/**
 * Reads what was sent. `null` means absent, at any depth: in a change it takes away what may be absent. An unknown field
 * is unknown with `null` too: given without a value, one is told by its name.
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

/** With something else in place of each field that is `null`. */
function withNulls(value: unknown, insteadOf: (name: string) => [string, undefined][]): unknown {
  if (Array.isArray(value)) return value.map((each) => withNulls(each, insteadOf));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).flatMap(([name, each]): [string, unknown][] =>
    each === null ? insteadOf(name) : [[name, withNulls(each, insteadOf)]],
  );
  return Object.fromEntries(entries);
}
