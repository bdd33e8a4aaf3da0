/** Provokes the messages of every schema that callers meet: none is a library's own. */
import { z, type ZodType } from 'zod';
import { DomainError, type FieldError } from '../application/domain-error';
import { parse } from '../application/parse';
import { formData, type FormField } from '../steps/custom-form/form-data';
import { stepSchemas } from '../steps/schemas';
import { routes } from './route-table';

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

const LIBRARY =
  /invalid|unrecognized|too (big|small)|\bexpected|received|undefined|\bNaN\b|object Object|pattern|regex|zod|parse error|unexpected/i;
/** Words that follow the name of a field. */
const PREDICATE =
  /^(\S+ )?(is|are|must|has|names|and|stands|cannot|lacks|does|lies|belongs|comes|may|needs|would|takes|can't)\b/;

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
function provoke(schema: ZodType, example: unknown): Map<string, Set<string>> {
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

const FIELD = { key: 'a', label: 'A', required: true };
const fields: FormField[] = [
  { ...FIELD, type: 'text', max: 3 },
  { ...FIELD, type: 'text', pattern: '[a-z]{2}' },
  { ...FIELD, type: 'textarea' },
  { ...FIELD, type: 'number', min: 1, max: 3 },
  { ...FIELD, type: 'date' },
  { ...FIELD, type: 'email' },
  { ...FIELD, type: 'phone' },
  { ...FIELD, type: 'select', options: ['a', 'b'] },
  { ...FIELD, type: 'checkbox' },
];

const schemas: [name: string, schema: ZodType, example: unknown][] = [
  ...routes.flatMap(({ method, path, query, example, ...route }): typeof schemas => {
    const body = route.bodyDocument ?? route.body;
    const ofQuery: (typeof schemas)[number] = [`query of ${method} ${path}`, query, {}];
    return body === undefined ? [ofQuery] : [ofQuery, [`body of ${method} ${path}`, body, example]];
  }),
  ...Object.entries(stepSchemas).flatMap(([key, { setup, data }]): typeof schemas => [
    [`setup of ${key}`, setup, {}],
    [`data of ${key}`, data, {}],
  ]),
  ...fields.map((field): (typeof schemas)[number] => [
    `form with ${JSON.stringify(field)}`,
    formData([field]),
    {},
  ]),
];

test.each(schemas)(
  'every message of %s starts with a predicate and has no library text',
  (_name, schema, example) => {
    const byPath = provoke(schema, example);
    const messages = [...new Set([...byPath.values()].flatMap((each) => [...each]))];
    expect(messages.filter((message) => LIBRARY.test(message))).toEqual([]);
    expect(messages.filter((message) => !PREDICATE.test(message))).toEqual([]);
    expect(messages).not.toEqual([]);
  },
);
