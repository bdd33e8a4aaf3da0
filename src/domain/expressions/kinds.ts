/** The static kind of a value. */
export type ValueKind =
  | { kind: 'any' }
  | { kind: 'number' }
  | { kind: 'boolean' }
  /** `values`: all possible values. `isLiteral`: the text is written in the expression. */
  | { kind: 'text'; values?: readonly string[]; isLiteral?: true }
  | { kind: 'list'; items: ValueKind }
  /** `isOpen`: the object may have other fields. */
  | { kind: 'object'; fields: ReadonlyMap<string, ValueKind>; isOpen?: true };

export const ANY: ValueKind = { kind: 'any' };
export const NUMBER: ValueKind = { kind: 'number' };
export const BOOLEAN: ValueKind = { kind: 'boolean' };
export const TEXT: ValueKind = { kind: 'text' };

/** Returns the kind of a variable, or an error for an unknown name. */
export type Scope = (name: string) => ValueKind | { fault: string };

/** Returns the name of a kind for error messages. */
export function nameOf(kind: ValueKind): string {
  return NAMES[kind.kind];
}

const NAMES: Readonly<Record<ValueKind['kind'], string>> = {
  any: 'a value',
  number: 'a number',
  boolean: 'true or false',
  text: 'a text',
  list: 'a list',
  object: 'an object',
};

/** Returns the kind of a field, or an error if the value has no such field. */
export function fieldOf(of: ValueKind, key: string): ValueKind | { fault: string } {
  if (of.kind === 'any') return ANY;
  if (of.kind !== 'object') return { fault: `${nameOf(of)} has no fields` };
  const field = of.fields.get(key);
  if (field !== undefined) return field;
  return of.isOpen === true ? ANY : { fault: `is no field here; there is ${listed(of.fields)}` };
}

/** Returns the union of two kinds. */
export function unionKind(a: ValueKind, b: ValueKind): ValueKind {
  if (a.kind === 'text' && b.kind === 'text') {
    const values = a.values && b.values && [...a.values, ...b.values];
    return values === undefined ? TEXT : { kind: 'text', values };
  }
  return a.kind === b.kind && a.kind !== 'list' && a.kind !== 'object' ? a : ANY;
}

const LISTED = 30;

function listed(fields: ReadonlyMap<string, ValueKind>): string {
  const names = [...fields.keys()];
  const more = names.length > LISTED ? ' and others' : '';
  return names.length === 0 ? 'none' : `${names.slice(0, LISTED).join(', ')}${more}`;
}
