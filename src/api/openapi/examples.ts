/** Adds examples to the requests and responses of the API document. */
import type { createDocument } from 'zod-openapi';
import { buildExample, resolveRef, type JsonSchema, type Schemas } from './build-example';

type Document = ReturnType<typeof createDocument>;

interface Content {
  schema: JsonSchema;
  example?: unknown;
}
type Contents = Record<string, Content>;
interface Operation {
  parameters?: { schema: JsonSchema; example?: unknown }[];
  requestBody?: { content: Contents };
  responses: Record<string, { content?: Contents }>;
}

/**
 * Adds an example to each request and response whose schema has none, built from the examples of its fields. Examples
 * that a route declares stay.
 */
export function addExamples(document: Document): void {
  const components = (document.components?.schemas ?? {}) as Record<string, JsonSchema>;
  const schemas: Schemas = new Map(Object.entries(components));
  for (const operation of operationsOf(document)) {
    const contents = [
      operation.requestBody?.content,
      ...Object.values(operation.responses).map(({ content }) => content),
    ];
    for (const content of contents.flatMap((each) => Object.values(each ?? {}))) {
      if (resolveRef(content.schema, schemas).examples !== undefined) continue;
      content.example ??= buildExample(content.schema, schemas);
    }
  }
}

function operationsOf({ paths = {}, webhooks = {} }: Document): Operation[] {
  // Finished operations: none of their fields is a reference.
  const items = [...Object.values(paths), ...Object.values(webhooks)] as object[];
  return items.flatMap((item) => Object.values(item) as Operation[]);
}
