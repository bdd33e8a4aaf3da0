/** Lists what an OpenAPI document leaves undescribed. */
import { listFields, listOperations, type OpenApiDocument, type Schema } from './document-walk';

export interface Gaps {
  operations: string[];
  parameters: string[];
  headers: string[];
  properties: string[];
  units: string[];
  examples: string[];
}

/** A number is described with its unit, or as a number of things. */
const UNIT =
  /\b(milliseconds?|seconds?|minutes?|hours?|days?|bytes?|pixels?|points|pages?|percent|degrees|currency|numbers?)\b/i;

/** Lists places without summary or description, numbers without a unit, and fields and bodies without an example. */
export function listGaps(document: OpenApiDocument): Gaps {
  const { schemas } = document.components;
  const fields = listFields(document);
  const untold = (kind: (typeof fields)[number]['kind']) =>
    fields
      .filter((field) => field.kind === kind && !isSaid(field.schema.description))
      .map(({ place }) => place);
  const where = (lacks: (schema: Schema) => boolean) =>
    fields.filter(({ schema }) => lacks(schema)).map(({ place }) => place);
  return {
    operations: listOperations(document)
      .filter(([, { summary, description }]) => !isSaid(summary) || !isSaid(description))
      .map(([place]) => place),
    parameters: untold('parameter'),
    headers: untold('header'),
    properties: untold('property'),
    units: where((schema) => lacksUnit(schema, schemas)),
    examples: [
      ...fields
        .filter(({ kind, schema }) => kind === 'body' && schema.examples === undefined)
        .map(({ place }) => place),
      ...where((schema) => lacksExample(schema, schemas)),
    ],
  };
}

/** A single word says nothing beyond a name. */
function isSaid(text: string | undefined): boolean {
  return text !== undefined && text.trim().split(/\s+/).length > 1;
}

type Components = OpenApiDocument['components']['schemas'];

function formsOf(schema: Schema, components: Components): Schema[] {
  const forms = [schema, ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  return forms.map((form) => ({ ...components[form.$ref?.split('/').at(-1) ?? ''], ...form }));
}

/** Returns true for a free value of one of the types: neither constant nor chosen from a list. */
function isFree(schema: Schema, components: Components, types: readonly unknown[]): boolean {
  return formsOf(schema, components).some(
    ({ type, const: only, enum: choice }) =>
      only === undefined && choice === undefined && types.includes(type),
  );
}

function lacksUnit(schema: Schema, components: Components): boolean {
  const isNumber = isFree(schema, components, ['number', 'integer']);
  const isText = isFree(schema, components, ['string']);
  return isNumber && !isText && !UNIT.test(schema.description ?? '');
}

function lacksExample(schema: Schema, components: Components): boolean {
  const forms = formsOf(schema, components);
  if (forms.some(({ properties, items, examples }) => properties ?? items ?? examples))
    return false;
  return isFree(schema, components, ['string', 'number', 'integer', 'object']);
}
