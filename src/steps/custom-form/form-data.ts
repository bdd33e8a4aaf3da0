/** What may be sent to a form, by its fields. */
import { RE2JS } from 're2js';
import { z, type ZodType } from 'zod';
import { email, phone } from '../fields';

/** A field of a form as configured. `min` and `max`: of a number its value, of a text its length. */
export const formField = z
  .strictObject({
    key: z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'is 1 to 64 of a-z, 0-9 and _'),
    label: z.string().max(200).trim().min(1),
    type: z.enum(['text', 'textarea', 'number', 'date', 'email', 'phone', 'select', 'checkbox']),
    required: z.boolean().default(false),
    options: z.array(z.string().min(1).max(200)).min(1).max(200).optional(),
    pattern: z.string().max(200).optional(),
    min: z.number().optional(),
    max: z.number().optional(),
  })
  .superRefine((field, context) => {
    const say = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if ((field.type === 'select') !== (field.options !== undefined)) {
      say('options', 'is for fields of type select, and required there');
    }
    if (field.pattern !== undefined && !isPattern(field.pattern)) {
      say(
        'pattern',
        'is not a regular expression of RE2 (without look-around and back-references)',
      );
    }
    if (field.min !== undefined && field.max !== undefined && field.min > field.max) {
      say('max', 'is less than min');
    }
  });

export type FormField = z.infer<typeof formField>;

/** A strict object with one entry for each field. */
export function formData(fields: readonly FormField[]): ZodType<Record<string, unknown>> {
  const entries = fields.map(
    (field) => [field.key, optional(field, VALUES[field.type](field))] as const,
  );
  return z.strictObject(Object.fromEntries(entries));
}

function optional({ required, type }: FormField, schema: ZodType): ZodType {
  if (required && type === 'checkbox') return z.literal(true);
  return required ? schema : schema.nullish();
}

const VALUES: Readonly<Record<FormField['type'], (field: FormField) => ZodType>> = {
  number: ({ min = -Number.MAX_VALUE, max = Number.MAX_VALUE }) => z.number().min(min).max(max),
  date: () => z.iso.date(),
  email: () => email,
  phone: () => phone,
  checkbox: () => z.boolean(),
  select: ({ options }) => z.enum(options as [string, ...string[]]),
  text: textOf,
  textarea: textOf,
};

const MAX_TEXT = 10_000;

function textOf({ required, pattern, min, max }: FormField): ZodType {
  const text = z
    .string()
    .trim()
    .min(Math.max(min ?? 0, required ? 1 : 0))
    .max(Math.min(max ?? MAX_TEXT, MAX_TEXT));
  if (pattern === undefined) return text;
  const expression = RE2JS.compile(pattern);
  return text.refine((value) => expression.matches(value), 'has another form');
}

/** In the syntax of RE2, which takes linear time on whatever text a person sends. */
function isPattern(pattern: string): boolean {
  try {
    RE2JS.compile(pattern);
    return true;
  } catch {
    return false;
  }
}
