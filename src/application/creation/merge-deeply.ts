import type { Json } from '../../domain/run/events';
import { isFields } from '../../domain/run/is-fields';

type Fields = Readonly<Record<string, Json>>;

/**
 * Merges one object into another: merges nested objects, replaces arrays and other values, and removes values for
 * `null`.
 */
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
