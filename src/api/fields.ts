/** Fields shared by several endpoints. */
import { z } from 'zod';
import type { Json } from '../domain/run/events';
import { tidyText } from '../domain/identifiers/one-line';
import * as destination from '../steps/shared/fields';
import { described, UUID } from './openapi/described';

/**
 * A JSON value, not validated again: JSON.parse made it, and traversing a hostile one would block the process for a
 * second.
 */
export const json = z.any() as z.ZodType<Json>;

/** An object that is stored as sent. */
export const object = z.record(z.string(), json);

/** A UUID in a request, in lower case. */
export function requestUuid(description: string) {
  return described(z.uuid().toLowerCase(), description, UUID);
}

/** The uuid of a resource in a path; any other text is a 404 like an unknown one. */
export function uuidOf(what: string) {
  return z.strictObject({ uuid: requestUuid(`UUID of the ${what}.`) });
}

/** A trimmed text of one line. The limit applies before trimming, as documented by `maxLength`. */
export function singleLine(max: number) {
  return z.string().max(max).overwrite(tidyText).min(1).superRefine(destination.requireLine);
}

/** A text in any number of lines, which may be empty. */
export function multiLine(max: number) {
  return z.string().max(max).overwrite(tidyText).superRefine(destination.requireText);
}

/** Languages of messages and pages (ISO 639-1). */
export const language = described(
  z.enum(['es', 'en', 'pt']),
  "Language of the person's messages and pages (ISO 639-1).",
  'es',
);

/** A phone, documented by all that a pattern can say of one. */
export const phone = destination.presetMobile.meta({
  override: { pattern: String.raw`^\s*\+[1-9]\d{6,14}\s*$`, examples: ['+573100000000'] },
});

export const email = destination.email.meta({
  override: { format: 'email', examples: ['ana@example.com'] },
});

/** Decimal texts within the limits, as the Workflows API sends coordinates. */
const DECIMALS = {
  90: /^-?(?:90(?:\.0{1,15})?|[0-8]?\d(?:\.\d{1,15})?)$/,
  180: /^-?(?:180(?:\.0{1,15})?|(?:1[0-7]\d|\d{1,2})(?:\.\d{1,15})?)$/,
};

/** Degrees from -`max` to `max`, as a number or a decimal text. */
function degrees(max: 90 | 180) {
  const error = `must be degrees from -${max} to ${max}, as a number or a decimal text`;
  const decimal = z.string().regex(DECIMALS[max]).transform(Number);
  return z.union([z.number().min(-max).max(max), decimal], { error });
}

/** Longitude and latitude in degrees (WGS 84). */
export const coordinates = described(
  z.tuple([degrees(180), degrees(90)]),
  'Where the person is: longitude (-180 to 180), then latitude (-90 to 90), in degrees (WGS 84).',
  [-99.16, 19.42],
);

const wholeNumber = (low: number, high: number) =>
  z
    .string()
    .regex(/^\d{1,9}$/, 'must be a whole number')
    .transform(Number)
    .pipe(z.number().min(low).max(high))
    // In a query every number is a text.
    .meta({ override: ({ jsonSchema }) => asInteger(jsonSchema, low, high) });

function asInteger(schema: { type?: unknown; pattern?: unknown }, low: number, high: number): void {
  delete schema.pattern;
  Object.assign(schema, { type: 'integer', minimum: low, maximum: high });
}

/** A time in a query. Reads a space before the offset as the `+` that it was before the query was decoded. */
export const time = z
  .string()
  .overwrite((text) => text.replace(/ (?=\d\d:?\d\d$)/, '+'))
  .pipe(z.iso.datetime({ offset: true, error: 'must be a time such as 2026-01-31T12:00:00Z' }))
  .transform((text) => new Date(text))
  .meta({ override: { format: 'date-time', examples: ['2026-01-31T12:00:00Z'] } });

/** A phone in a query, where `+` reads as a space. */
export const queryPhone = z
  .string()
  .overwrite((text) => text.replace(/^ (?=\d)/, '+'))
  .pipe(destination.presetMobile)
  .meta({
    override: { pattern: String.raw`^\s*\+[1-9]\d{6,14}\s*$`, examples: ['+573100000000'] },
  });

/** An email in a query, where `+` reads as a space. */
export const queryEmail = z
  .string()
  .overwrite((text) => text.trim().replaceAll(' ', '+'))
  .pipe(destination.email)
  .meta({ override: { format: 'email', examples: ['ana@example.com'] } });

/** `page` from 1, `per_page` from 1 to 100. */
export function paging(perPage: number) {
  return z.strictObject({
    page: described(
      wholeNumber(1, 1_000_000).default(1),
      'Number of the page, from 1; by default 1.',
      1,
    ),
    per_page: described(
      wholeNumber(1, 100).default(perPage),
      `Number of entries of a page, 1 to 100; by default ${perPage}.`,
      perPage,
    ),
  });
}

/** An address to redirect a person to: http or https, without credentials. */
export const redirectUrl = z
  .url({ protocol: /^https?$/, message: 'must be an http or https address' })
  .max(2_048)
  .refine((text) => {
    if (!URL.canParse(text)) return true;
    const { username, password } = new URL(text);
    return username === '' && password === '';
  }, 'must not hold credentials');

/** The data of a submission. The step's own schema parses them. */
export const submittedData = described(
  z.unknown().optional(),
  'Data of the step, in a form of its own: docs/steps.md shows each. Absent: an empty object.',
  { accepted: true },
);

/** Body of a start. */
export const startBody = z.strictObject({ coordinates: coordinates.optional() });
