/** What is known of a value before there is one. */
export type Kind =
  | { kind: 'any' }
  | { kind: 'number' }
  | { kind: 'boolean' }
  /** `values`: all that it can be. `isLiteral`: it is written in the expression. */
  | { kind: 'text'; values?: readonly string[]; isLiteral?: true }
  | { kind: 'list'; items: Kind }
  /** `isOpen`: it may have other fields, too. */
  | { kind: 'object'; fields: ReadonlyMap<string, Kind>; isOpen?: true };

export const ANY: Kind = { kind: 'any' };
export const NUMBER: Kind = { kind: 'number' };
export const BOOLEAN: Kind = { kind: 'boolean' };
export const TEXT: Kind = { kind: 'text' };

/** What a name stands for, or why it stands for nothing. */
export type Scope = (name: string) => Kind | { fault: string };

/** A kind as messages name it. */
export function nameOf(kind: Kind): string {
  return NAMES[kind.kind];
}

const NAMES: Readonly<Record<Kind['kind'], string>> = {
  any: 'a value',
  number: 'a number',
  boolean: 'true or false',
  text: 'a text',
  list: 'a list',
  object: 'an object',
};

/** The kind of a field. A fault if the value has no such field. */
export function fieldOf(of: Kind, key: string): Kind | { fault: string } {
  if (of.kind === 'any') return ANY;
  if (of.kind !== 'object') return { fault: `${nameOf(of)} has no fields` };
  const field = of.fields.get(key);
  if (field !== undefined) return field;
  return of.isOpen === true ? ANY : { fault: `is no field here; there is ${listed(of.fields)}` };
}

/** A kind that is either of two. */
export function eitherOf(a: Kind, b: Kind): Kind {
  if (a.kind === 'text' && b.kind === 'text') {
    const values = a.values && b.values && [...a.values, ...b.values];
    return values === undefined ? TEXT : { kind: 'text', values };
  }
  return a.kind === b.kind && a.kind !== 'list' && a.kind !== 'object' ? a : ANY;
}

const LISTED = 30;

function listed(fields: ReadonlyMap<string, Kind>): string {
  const names = [...fields.keys()];
  const more = names.length > LISTED ? ' and others' : '';
  return names.length === 0 ? 'none' : `${names.slice(0, LISTED).join(', ')}${more}`;
}
