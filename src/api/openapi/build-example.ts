/** Builds an example of a value from the examples of its fields. */

/** The parts of a JSON schema that are read. */
export interface JsonSchema {
  $ref?: string;
  type?: string | string[];
  description?: string | undefined;
  examples?: unknown[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  allOf?: JsonSchema[];
  properties?: Record<string, JsonSchema>;
  items?: JsonSchema;
}

/** Schemas by the last part of their `$ref`. */
export type Schemas = ReadonlyMap<string, JsonSchema>;

/** Returns the schema that a reference names, or the schema itself. @throws Error for an unknown name: a bug. */
export function resolveRef(schema: JsonSchema, schemas: Schemas): JsonSchema {
  if (schema.$ref === undefined) return schema;
  const found = schemas.get(schema.$ref.split('/').at(-1) ?? '');
  if (found === undefined) throw new Error(`no schema ${schema.$ref}`);
  return found;
}

/**
 * Builds an example: that of the schema itself, else one of its parts. Of several forms the first is shown. Undefined
 * if a part has none.
 */
export function buildExample(given: JsonSchema, schemas: Schemas): unknown {
  const schema = resolveRef(given, schemas);
  const [first] = given.examples ?? schema.examples ?? schema.enum ?? [];
  if (first !== undefined) return first;
  if (schema.const !== undefined) return schema.const;
  return exampleOfParts(schema, schemas);
}

function exampleOfParts(schema: JsonSchema, schemas: Schemas): unknown {
  const [form] = [schema.anyOf, schema.oneOf, schema.allOf].flatMap((forms) => forms ?? []);
  if (form !== undefined) return buildExample(form, schemas);
  if (schema.properties !== undefined) return objectOf(schema.properties, schemas);
  const item = schema.items && buildExample(schema.items, schemas);
  return item === undefined ? undefined : [item];
}

function objectOf(properties: Record<string, JsonSchema>, schemas: Schemas): object | undefined {
  const entries = Object.entries(properties).map(
    ([name, property]) => [name, buildExample(property, schemas)] as const,
  );
  return entries.some(([, example]) => example === undefined)
    ? undefined
    : Object.fromEntries(entries);
}
