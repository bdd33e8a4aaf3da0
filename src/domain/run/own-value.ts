/**
 * The value that an object has under a name of its own, or else `otherwise`. For names that callers choose: what every
 * object inherits, such as `constructor` and `toString`, is never found.
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
