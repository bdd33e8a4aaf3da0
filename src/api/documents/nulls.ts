/** `null` means absent in a body: on its first level everywhere, at any depth in configuration. */
import type { Route } from '../http/route';

interface JsonSchema {
  type?: string;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  items?: JsonSchema | boolean;
  anyOf?: JsonSchema[];
}

/** Says so in the schema of a route's body. */
export function allowNulls(schema: object, route: Route): void {
  nullable(schema, route.bodyDocument !== undefined);
}

function nullable(schema: JsonSchema, isDeep: boolean): void {
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    if (isDeep) nullable(property, true);
    const isFree = Object.keys(property).length === 0;
    if (schema.required?.includes(name) === true || isFree) continue;
    schema.properties = { ...schema.properties, [name]: { anyOf: [property, { type: 'null' }] } };
  }
  if (!isDeep) return;
  if (typeof schema.items === 'object') nullable(schema.items, true);
  for (const each of schema.anyOf ?? []) nullable(each, true);
}
