/** Documents that `null` means absent in a body: on its first level everywhere, at any depth in configuration. */
import type { Route } from '../server/route';

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
}

/** Allows `null` in the schema of a route's body. */
export function allowNulls(schema: object, route: Route): void {
  nullable(schema, route.bodyDocument !== undefined);
}

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

function childrenOf({ properties = {}, items, anyOf = [] }: JsonSchema): JsonSchema[] {
  return [...Object.values(properties), ...(typeof items === 'object' ? [items] : []), ...anyOf];
}

function isOptional({ required = [] }: JsonSchema, name: string): boolean {
  return !required.includes(name);
}

function orNull(property: JsonSchema): JsonSchema {
  const isFree = Object.keys(property).length === 0;
  return isFree ? property : { anyOf: [property, { type: 'null' }] };
}
