/** Fields with a description and an example, for the API document. */
import { z, type ZodType } from 'zod';
import type { ZodOpenApiMetadata } from 'zod-openapi';

declare module 'zod' {
  /** Types `.meta()` for zod-openapi 5, which only declares it for `zod/v4`. */
  interface GlobalMeta extends ZodOpenApiMetadata {
    id?: string;
  }
}

/** Adds a description and examples to a schema. Each example is valid by the schema: a test parses them. */
export function described<Schema extends ZodType>(
  schema: Schema,
  description: string,
  ...examples: readonly unknown[]
): Schema {
  if (examples.length === 0) return schema.meta({ description });
  const { override: before } = schema.meta() ?? {};
  return schema.meta({
    description,
    examples: [...examples],
    override: (context) => {
      if (typeof before === 'function') before(context);
      else Object.assign(context.jsonSchema, before);
      // Of a schema that transforms its value, zod leaves the examples out.
      context.jsonSchema.examples = [...examples];
    },
  });
}

/** A UUID of the examples. */
export const UUID = '0a4b5cc1-9a35-4d3f-8f5e-2f6f2b6c7d10';
/** A time of the examples: ISO 8601 in UTC with microseconds. */
const TIME = '2026-11-23T22:10:12.000000Z';

/** A UUID in a response. */
export function uuid(description: string) {
  return described(z.uuid(), description, UUID);
}

/** A UUID in a response, or null. `example`: null where that is the usual value. */
export function uuidOrNull(description: string, example: string | null = UUID) {
  return described(z.uuid().nullable(), description, example);
}

const moment = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/)
  .meta({ format: 'date-time' });

/** A time in a response: ISO 8601 in UTC with microseconds. */
export function time(description: string) {
  return described(moment, description, TIME);
}

/** A time in a response, or null. `example`: null where that is the usual value. */
export function timeOrNull(description: string, example: string | null = TIME) {
  return described(moment.nullable(), description, example);
}

/** A text in a response. */
export function text(description: string, ...examples: readonly string[]) {
  return described(z.string(), description, ...examples);
}

/** A text in a response, or null. */
export function textOrNull(description: string, ...examples: readonly (string | null)[]) {
  return described(z.string().nullable(), description, ...examples);
}

/** A whole number in a response. */
export function integer(description: string, example: number) {
  return described(z.int(), description, example);
}

/** True or false in a response. */
export function flag(description: string, example: boolean) {
  return described(z.boolean(), description, example);
}

/** Name of a channel. */
export const channelName = z.enum(['sms', 'whatsapp', 'email']);

/** An object with fields of its own. */
export const anything = z.record(z.string(), z.unknown());
