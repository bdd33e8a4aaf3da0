/** Builds the schema of a form's data from its fields. */
import { z, type ZodType } from 'zod';
import { composeText } from '../../domain/identifiers/compose-text';
import { tidyText } from '../../domain/identifiers/one-line';
import { FIELD_TEXT } from './field-text';
import {
  email,
  phone,
  requireLength,
  requireLine,
  requireText,
  singleLine,
} from '../shared/fields';
import { compilePattern, faultOfPattern, MAX_WORK } from './pattern';

/** A configured field of a form. `min` and `max` limit the value of a number and the length of a text. */
export const formField = z
  .strictObject({
    key: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be 1 to 64 of a-z, 0-9 and _, a letter first')
      .meta({ description: FIELD_TEXT.key, examples: ['branch'] }),
    label: singleLine(200).meta({ description: FIELD_TEXT.label, examples: ['Sucursal'] }),
    type: z
      .enum(['text', 'textarea', 'number', 'date', 'email', 'phone', 'select', 'checkbox'])
      .meta({ description: FIELD_TEXT.type, examples: ['select'] }),
    required: z.boolean().default(false).describe(FIELD_TEXT.required),
    options: z
      .array(singleLine(200))
      .min(1)
      .max(200)
      .optional()
      .meta({ description: FIELD_TEXT.options, examples: [['Norte', 'Sur']] }),
    pattern: z
      .string()
      .max(200)
      .overwrite(composeText)
      .optional()
      .meta({ description: FIELD_TEXT.pattern, examples: ['[A-Z]{2}[0-9]+'] }),
    min: z
      .number()
      .optional()
      .meta({ description: FIELD_TEXT.min, examples: [1] }),
    max: z
      .number()
      .optional()
      .meta({ description: FIELD_TEXT.max, examples: [40] }),
  })
  .superRefine((field, context) => {
    const say = (path: string, message: string) => {
      context.addIssue({ code: 'custom', path: [path], message });
    };
    if ((field.type === 'select') !== (field.options !== undefined)) {
      say('options', 'is for fields of type select, and required there');
    }
    const fault =
      field.pattern === undefined
        ? undefined
        : faultOfPattern(field.pattern, field.max === undefined ? undefined : maxOf(field));
    if (fault !== undefined) say('pattern', fault);
    if (field.min !== undefined && field.max !== undefined && field.min > field.max) {
      say('max', 'is less than min');
    }
  });

export type FormField = z.infer<typeof formField>;

/** Returns a strict object with one entry for each field. */
export function formData(fields: readonly FormField[]): ZodType<Record<string, unknown>> {
  const work = new MatchWork();
  const entries = fields.map(
    (field) => [field.key, optional(field, valueOf(field, work))] as const,
  );
  const start = (data: unknown) => {
    work.restart();
    return data;
  };
  return z.preprocess(start, z.strictObject(Object.fromEntries(entries)));
}

/** Limits the work of all patterns of a form in one submission, which is parsed synchronously. */
class MatchWork {
  private left = MAX_WORK;

  restart(): void {
    this.left = MAX_WORK;
  }

  /** Matches a text. Returns what is wrong with it, or undefined. */
  faultOf(pattern: string, text: string): string | undefined {
    const compiled = compilePattern(pattern);
    this.left -= compiled.size * text.length;
    if (this.left < 0) return 'is too long to be checked together with the other texts of the form';
    return compiled.matches(text) ? undefined : 'is not written as this field asks for; correct it';
  }
}

function optional({ required, type }: FormField, schema: ZodType): ZodType {
  if (required && type === 'checkbox') return z.literal(true);
  return required ? schema : schema.nullish();
}

function valueOf(field: FormField, work: MatchWork): ZodType {
  return VALUES[field.type](field, work);
}

type Value = (field: FormField, work: MatchWork) => ZodType;

const VALUES: Readonly<Record<FormField['type'], Value>> = {
  number: ({ min = -Number.MAX_VALUE, max = Number.MAX_VALUE }) => z.number().min(min).max(max),
  date: () => z.iso.date(),
  email: () => email,
  phone: () => phone,
  checkbox: () => z.boolean(),
  select: ({ options = [] }) => z.string().overwrite(tidyText).pipe(z.enum(options)),
  text: (field, work) => textOf(field, work).superRefine(requireLine),
  textarea: (field, work) => textOf(field, work).superRefine(requireText),
};

const MAX_TEXT = 10_000;

function maxOf({ max }: Pick<FormField, 'max'>): number {
  return Math.min(max ?? MAX_TEXT, MAX_TEXT);
}

function textOf(field: FormField, work: MatchWork): ZodType<string> {
  const { required, min, pattern } = field;
  const text = z
    .string()
    .overwrite(tidyText)
    .superRefine(requireLength(Math.max(min ?? 0, required ? 1 : 0), maxOf(field)));
  if (pattern === undefined) return text;
  // Skips texts that are too long anyway.
  return text.superRefine((value, context) => {
    if (value.length > 2 * maxOf(field)) return;
    const message = work.faultOf(pattern, value);
    if (message !== undefined) context.addIssue({ code: 'custom', message });
  });
}
