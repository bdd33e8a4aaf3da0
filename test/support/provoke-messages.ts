/** Provokes the messages of a schema with probes at each of its fields. */
import { z, type ZodType } from 'zod';
import { DomainError, type FieldError } from '../../src/application/domain-error';
import { parse } from '../../src/application/parse';

/** Phrases of libraries, which reach no caller. */
export const LIBRARY =
  /invalid|unrecognized|too (big|small)|\bexpected|received|undefined|\bNaN\b|object Object|pattern|regex|zod|parse error|unexpected/i;

interface JsonSchema {
  $ref?: string;
  $defs?: Record<string, JsonSchema>;
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
  items?: JsonSchema;
  prefixItems?: JsonSchema[];
  [combination: string]: unknown;
}

const PROBES: readonly unknown[] = [
  ...[undefined, null, true, 5, -1, 1.5, 1e12, '', ' ', 'x', 'X1', 'a\nb', '\u200b', '99999999999'],
  ...['x'.repeat(70_000), '1999-13-45', '2999-01-01', 'http://user:pw@example.com/', 'http://a'],
  ...['https://user:pw@example.com/', 'ftp://a', 'A'.repeat(18), '__proto__', '(', '+52', '0'],
  ...[[], [1], ['x', 'x'], Array(2_000).fill('x'), Array(2_000).fill({})],
  ...[{}, { zz: 1 }, { 'a b': 'x' }, [{}, {}], [null, undefined]],
];

/** Paths of all fields that a schema documents. */
function pathsIn(schema: JsonSchema, defs: JsonSchema['$defs'], depth = 0): string[][] {
  if (depth > 7) return [];
  const within = (name: string, child: JsonSchema) => [
    [name],
    ...pathsIn(child, defs, depth + 1).map((path) => [name, ...path]),
  ];
  const { properties = {}, items, prefixItems = [], additionalProperties, $ref } = schema;
  const forms = ['anyOf', 'oneOf', 'allOf'].flatMap((each) => (schema[each] ?? []) as JsonSchema[]);
  const referred = $ref === undefined ? undefined : defs?.[$ref.split('/').at(-1) ?? ''];
  return [
    ...Object.entries(properties).flatMap(([name, child]) => within(name, child)),
    ...(items === undefined ? [] : within('0', items)),
    ...prefixItems.flatMap((child, index) => within(String(index), child)),
    ...(typeof additionalProperties === 'object' ? within('a', additionalProperties) : []),
    ...[...forms, ...(referred === undefined ? [] : [referred])].flatMap((form) =>
      pathsIn(form, defs, depth + 1),
    ),
  ];
}

/** Values with the fixed fields of each form that a schema documents. */
function kindsIn(document: JsonSchema): object[] {
  const forms = ['anyOf', 'oneOf'].flatMap((each) => (document[each] ?? []) as JsonSchema[]);
  return forms.map(({ properties = {} }) =>
    Object.fromEntries(
      Object.entries(properties).flatMap(([name, child]) =>
        'const' in child ? [[name, child['const']] as const] : [],
      ),
    ),
  );
}

/** Returns a copy with a value at a path. */
function put(base: unknown, [name, ...rest]: readonly string[], value: unknown): unknown {
  if (name === undefined) return value;
  if (/^\d+$/.test(name)) {
    const list = Array.isArray(base) ? [...(base as unknown[])] : [];
    list[Number(name)] = put(list[Number(name)], rest, value);
    return list;
  }
  const object = typeof base === 'object' && base !== null ? base : {};
  return { ...object, [name]: put(Reflect.get(object, name), rest, value) };
}

function detailsOf(schema: ZodType, value: unknown): readonly FieldError[] {
  try {
    parse(schema, value);
    return [];
  } catch (error) {
    if (error instanceof DomainError) return error.details;
    throw error;
  }
}

/** Messages by path of each field. */
export function provoke(schema: ZodType, example: unknown): Map<string, Set<string>> {
  const document = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const paths = [[], ...pathsIn(document, document.$defs)];
  const found = new Map<string, Set<string>>();
  for (const path of paths) {
    const messages = found.get(path.join('.')) ?? new Set();
    found.set(path.join('.'), messages);
    for (const base of [{}, example, ...kindsIn(document)]) {
      for (const probe of PROBES) {
        for (const { message } of detailsOf(schema, put(base, path, probe))) messages.add(message);
      }
    }
  }
  return found;
}
