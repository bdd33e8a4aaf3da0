/**
 * Returns an own property of an object, or `otherwise`. Use for names that callers choose: inherited ones such as
 * `constructor` and `toString` are never found.
 */
export function ownValue<Value>(
  of: Readonly<Record<string, Value>>,
  name: string,
): Value | undefined;
export function ownValue<Value, Default>(
  of: Readonly<Record<string, Value>>,
  name: string,
  otherwise: Default,
): Value | Default;
export function ownValue(
  of: Readonly<Record<string, unknown>>,
  name: string,
  otherwise?: unknown,
): unknown {
  return Object.hasOwn(of, name) ? Reflect.get(of, name) : otherwise;
}
