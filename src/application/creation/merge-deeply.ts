import type { Json } from '../../domain/run/events';

type Fields = Readonly<Record<string, Json>>;

/** Lays one object over another: objects within are merged, arrays and all else replace, `null` removes. */
export function mergeDeeply(under: Fields, over: Fields): Record<string, Json> {
  const merged = new Map(Object.entries(under));
  for (const [name, value] of Object.entries(over)) {
    if (value === null) merged.delete(name);
    else {
      const before = merged.get(name);
      merged.set(
        name,
        isFields(value) ? mergeDeeply(isFields(before) ? before : {}, value) : value,
      );
    }
  }
  return Object.fromEntries(merged);
}

/** A JSON object. */
export function isFields(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
