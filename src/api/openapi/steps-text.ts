/** Renders `docs/steps.md`: setup, submission and uploads of each step. */
import { z, type ZodType } from 'zod';
import { stepSchemas } from '../../steps/schemas';
import type { AnyStepSchema } from '../../steps/schema-contract';

interface JsonSchema {
  type?: string | string[];
  description?: string;
  enum?: unknown[];
  const?: unknown;
  anyOf?: JsonSchema[];
  items?: JsonSchema;
  properties?: Record<string, JsonSchema>;
  required?: string[];
}

const TRAITS = ['setup_required', 'requires_people', 'allow_multiple', 'geolocation'] as const;

const HEAD = `# Steps

What \`GET /v1/steps\` lists, with what is submitted to each (\`POST /v1/steps/{uuid}/submit\`, \`data\`).
Fields that are not listed are refused by name. Written by \`npm run openapi\`.
`;

/** Renders `docs/steps.md`. */
export function renderStepsDocument(): string {
  const sections = Object.entries(stepSchemas).map(([key, schema]) => sectionOf(key, schema));
  return [HEAD, ...sections].join('\n');
}

function sectionOf(key: string, schema: AnyStepSchema): string {
  const traits = TRAITS.filter((trait) => schema[trait]).map((trait) => `\`${trait}\``);
  return [
    `## \`${key}\`\n`,
    `${schema.title}. ${schema.description}${schema.description.endsWith('.') ? '' : '.'}\n`,
    ...(traits.length === 0 ? [] : [`${traits.join(', ')}\n`]),
    ...tablesOf('setup', schema.setup),
    ...tablesOf('data', schema.data),
    ...uploadsOf(schema),
  ].join('\n');
}

/** Renders a table for each variant of a schema. */
function tablesOf(what: string, schema: ZodType): string[] {
  const json = z.toJSONSchema(schema, { io: 'input' }) as JsonSchema;
  if (json.properties === undefined && json.anyOf === undefined) {
    return [`**${what}** as the account has configured it\n`];
  }
  const forms = json.anyOf ?? [json];
  return forms.map((form, index) => {
    const title = `**${what}**${index === 0 ? '' : ', or'}`;
    const rows = rowsOf(form, '');
    if (rows.length === 0) return `${title} \`{}\`\n`;
    return `${title}\n\n| field | type | |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  });
}

function rowsOf({ properties = {}, required = [] }: JsonSchema, prefix: string): string[] {
  return Object.entries(properties).flatMap(([name, given]) => {
    const field = present(given);
    const path = prefix + name;
    const text = [required.includes(name) ? 'required' : '', given.description ?? ''];
    const told = text.filter((part) => part !== '').join('. ');
    const inner = present(field.items ?? field);
    const suffix = field.items === undefined ? '.' : '[].';
    return [`| \`${path}\` | ${typeOf(field)} | ${told} |`, ...rowsOf(inner, path + suffix)];
  });
}

/** Returns the schema of a field without null. */
function present(field: JsonSchema): JsonSchema {
  return field.anyOf?.find(({ type }) => type !== 'null') ?? field;
}

function typeOf(field: JsonSchema): string {
  if (field.const !== undefined) return `\`${JSON.stringify(field.const)}\``;
  if (field.enum !== undefined) return field.enum.map((value) => `\`${String(value)}\``).join(' ');
  if (field.items !== undefined) return `array of ${typeOf(present(field.items))}`;
  return [field.type ?? 'any'].flat().find((type) => type !== 'null') ?? 'null';
}

function uploadsOf(schema: AnyStepSchema): string[] {
  if (schema.media === undefined) return [];
  const setup = schema.setup.safeParse({});
  const intro = '**uploads**';
  if (!setup.success) return [`${intro} as \`media\` says in \`GET /v1/session\`\n`];
  const rules = Object.entries(schema.media(setup.data));
  if (rules.length === 0) return [];
  const rows = rules.map(([collection, { types, required, max_files }]) => {
    const need = required ? 'required' : '';
    return `| \`${collection}\` | ${types.join(', ')} | ${max_files} | ${need} |`;
  });
  const head = '| collection | types | files at most | |\n| --- | --- | --- | --- |';
  return [`${intro}\n\n${head}\n${rows.join('\n')}\n`];
}
