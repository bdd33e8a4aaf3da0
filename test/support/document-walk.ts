/** Walks an OpenAPI document: lists its operations, and the fields of their requests and responses. */
import type { JsonSchema } from '../../src/api/openapi/build-example';

/** A JSON schema with the parts that are walked. */
export interface Schema extends JsonSchema {
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  prefixItems?: Schema[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  properties?: Record<string, Schema>;
}
export interface Content {
  schema: Schema;
  example?: unknown;
}
interface Header {
  description?: string;
  schema: Schema;
}
export interface Operation {
  summary?: string;
  description?: string;
  parameters?: (Header & { name: string; in: string })[];
  requestBody?: { content: Record<string, Content> };
  responses: Record<
    string,
    { headers?: Record<string, Header>; content?: Record<string, Content> }
  >;
}
type Items = Record<string, Record<string, Operation>>;
export interface OpenApiDocument {
  paths: Items;
  webhooks: Items;
  components: { schemas: Record<string, Schema> };
}

/** A part of the document: `schema` has the description and the examples that apply to it. */
export interface Field {
  kind: 'parameter' | 'header' | 'property' | 'body';
  place: string;
  schema: Schema;
}

/** Lists all operations with their method and path. */
export function listOperations({ paths, webhooks }: OpenApiDocument): [string, Operation][] {
  return [...Object.entries(paths), ...Object.entries(webhooks)].flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [
      `${method} ${path}`,
      operation,
    ]),
  );
}

/** Lists the bodies of a request (`body`) and of its responses (by status). */
export function listBodies({ requestBody, responses }: Operation): [string, Content][] {
  const all = [
    ['body', requestBody?.content] as const,
    ...Object.entries(responses).map(([status, { content }]) => [status, content] as const),
  ];
  return all.flatMap(([part, content]) =>
    Object.values(content ?? {}).map((each): [string, Content] => [part, each]),
  );
}

/** Lists all fields; those of a component once. */
export function listFields(document: OpenApiDocument): Field[] {
  const walk = new Walk(document.components.schemas);
  for (const [place, operation] of listOperations(document)) walk.operation(operation, place);
  return walk.fields;
}

class Walk {
  readonly fields: Field[] = [];
  private readonly seen = new Set<string>();

  constructor(private readonly components: Readonly<Record<string, Schema>>) {}

  operation(operation: Operation, place: string): void {
    for (const { name, in: where, ...parameter } of operation.parameters ?? []) {
      this.add(where === 'header' ? 'header' : 'parameter', `${place} ${name}`, parameter);
    }
    for (const [status, { headers = {} }] of Object.entries(operation.responses)) {
      for (const [name, header] of Object.entries(headers)) {
        this.add('header', `${place} ${status} ${name}`, header);
      }
    }
    for (const [part, { schema, example }] of listBodies(operation)) {
      const own = example === undefined ? schema : { ...schema, examples: [example] };
      this.add('body', `${place} ${part}`, { schema: own });
    }
  }

  private add(kind: Field['kind'], place: string, { description, schema }: Header): void {
    const own = { ...this.component(schema), ...schema };
    const told = description ?? own.description;
    this.fields.push({ kind, place, schema: { ...own, description: told } });
    this.inside(schema, place);
  }

  private inside(schema: Schema, place: string): void {
    if (schema.$ref !== undefined) {
      const component = this.component(schema);
      if (component === undefined || this.seen.has(schema.$ref)) return;
      this.seen.add(schema.$ref);
      this.inside(component, schema.$ref.split('/').at(-1) ?? '');
      return;
    }
    const { anyOf = [], oneOf = [], allOf = [], prefixItems = [], items } = schema;
    for (const [index, form] of [...anyOf, ...oneOf, ...allOf].entries()) {
      this.inside(form, `${place}|${index}`);
    }
    for (const item of items === undefined ? prefixItems : [...prefixItems, items]) {
      this.inside(item, `${place}[]`);
    }
    const { additionalProperties: others, properties = {} } = schema;
    if (typeof others === 'object') this.inside(others, `${place}{}`);
    for (const [name, property] of Object.entries(properties)) {
      this.add('property', `${place}.${name}`, { schema: property });
    }
  }

  private component({ $ref }: Schema): Schema | undefined {
    return $ref === undefined ? undefined : this.components[$ref.split('/').at(-1) ?? ''];
  }
}
