/**
 * Documents what zod can't say of bodies: `null` means absent, on the first level everywhere and at any depth in
 * configuration, and a change requires no field.
 */
import type { Route } from '../server/route';

interface JsonSchema {
  type?: string;
  description?: string;
  examples?: unknown[];
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
  discriminator?: object;
}

/** Completes the schema of a route's body. */
export function relax(schema: object, route: Route): void {
  nullable(schema, route.bodyDocument !== undefined || route.partOf !== undefined);
  if (route.partOf !== undefined) requireNothing(schema);
}

/** Makes all fields of a body optional, in each of its forms: a change names any part of them. */
function requireNothing(schema: JsonSchema): void {
  delete schema.required;
  const { oneOf } = schema;
  if (oneOf !== undefined) {
    // Without its kind a body fits several forms.
    delete schema.oneOf;
    delete schema.discriminator;
    schema.anyOf = oneOf;
  }
  for (const form of schema.anyOf ?? []) requireNothing(form);
}

/** Allows `null` for each optional field. */
function nullable(schema: JsonSchema, isDeep: boolean): void {
  const properties = Object.entries(schema.properties ?? {});
  if (isDeep) for (const each of childrenOf(schema)) nullable(each, true);
  if (properties.length === 0) return;
  schema.properties = Object.fromEntries(
    properties.map(([name, property]) => [
      name,
      isOptional(schema, name) ? orNull(property) : property,
    ]),
  );
}

function childrenOf({ properties = {}, items, anyOf = [], oneOf = [] }: JsonSchema): JsonSchema[] {
  const ofList = typeof items === 'object' ? [items] : [];
  return [...Object.values(properties), ...ofList, ...anyOf, ...oneOf];
}

function isOptional({ required = [] }: JsonSchema, name: string): boolean {
  return !required.includes(name);
}

function orNull(property: JsonSchema): JsonSchema {
  const isFree = Object.keys(property).every((key) => key === 'description' || key === 'examples');
  if (isFree) return property;
  const { description, examples, ...value } = property;
  return {
    anyOf: [value, { type: 'null' }],
    ...(description !== undefined && { description }),
    ...(examples !== undefined && { examples }),
  };
}
