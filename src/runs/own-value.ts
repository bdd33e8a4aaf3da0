/**
 * The value that an object has under a name of its own, or else `otherwise`. For names that callers choose: what every
 * object inherits, as `constructor` and `toString`, is never found.
 */
export function ownValue<Value, Default = undefined>(
  of: Readonly<Record<string, Value>>,
  name: string,
  otherwise?: Default,
): Value | Default {
  return Object.hasOwn(of, name) ? (of[name] as Value) : (otherwise as Default);
}
