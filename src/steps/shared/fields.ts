/** Fields that several step types, forms and the API share. */
import { z, type ZodType } from 'zod';
import { parseClabe, normalizeClabe } from '../../domain/identifiers/clabe';
import { parseCurp, normalizeCurp } from '../../domain/identifiers/curp';
import {
  canonicalEmail,
  canonicalMobile,
  canonicalPhone,
} from '../../domain/identifiers/destinations';
import { todayInMexico } from '../../domain/identifiers/dates';
import { plainIdentifier, withoutGroups } from '../../domain/identifiers/plain-identifier';
import {
  countCharacters,
  faultOfLine,
  faultOfText,
  hasLoneSurrogate,
  tidyText,
} from '../../domain/identifiers/one-line';
import { parseRfc, normalizeRfc, type Rfc } from '../../domain/identifiers/rfc';

const E164_FAULT = 'must be a phone number in E.164, such as +573100000000';

/** A phone as a person writes it, stored in E.164 (ITU-T). */
export const phone = inCanonicalForm(canonicalPhone, E164_FAULT);

/** A phone that codes can be sent to, as a person writes it; stored in its canonical form. */
export const mobile = inCanonicalForm(canonicalMobile, E164_FAULT);

/** A phone that codes are sent to, as an integrator presets it: E.164. */
export const presetMobile = z
  .string()
  .refine((text) => /^\+\d{7,16}$/.test(plainIdentifier(text)), E164_FAULT)
  .pipe(mobile);

/** An email address of at most 254 characters (RFC 5321, 4.5.3.1.3); stored in its canonical form. */
export const email = inCanonicalForm(
  canonicalEmail,
  'must be an email address, such as ana@example.com',
);

/** A text that is stored in the form that `canonicalForm` returns, and refused if it returns null. */
function inCanonicalForm(canonicalForm: (text: string) => string | null, fault: string) {
  return z.string().transform((text, context) => {
    const canonical = canonicalForm(text);
    if (canonical !== null) return canonical;
    context.addIssue({ code: 'custom', message: fault });
    return z.NEVER;
  });
}

/** A code as it is typed: spaces, hyphens and invisible characters are no mistake. */
export const code = z
  .string()
  .transform(withoutGroups)
  .pipe(z.string().regex(/^\d{4,8}$/, 'must be the 4 to 8 digits of the code'));

/** A text in one line: composed, trimmed, with something to be seen; its characters are code points. */
export function singleLine(max: number): ZodType<string> {
  return z
    .string()
    .overwrite(tidyText)
    .superRefine(requireLength(1, max))
    .superRefine(requireLine)
    .meta({ minLength: 1, maxLength: max });
}

/** A text in any number of lines: composed and trimmed; it may be empty where `min` is 0. */
export function multiLine(min: number, max: number): ZodType<string> {
  return z
    .string()
    .overwrite(tidyText)
    .superRefine(requireLength(min, max))
    .superRefine(requireText)
    .meta({ ...(min > 0 && { minLength: min }), maxLength: max });
}

/** Makes a check that adds an issue if a text has fewer or more characters (code points) than allowed. */
export function requireLength(min: number, max: number) {
  return (text: string, context: z.RefinementCtx): void => {
    // A code point has one or two units: most texts need no counting.
    const isShort = text.length < min || (text.length < 2 * min && countCharacters(text) < min);
    const isLong = text.length > 2 * max || (text.length > max && countCharacters(text) > max);
    const message = isShort
      ? `must have at least ${min} ${min === 1 ? 'character' : 'characters'}`
      : `must have at most ${max} ${max === 1 ? 'character' : 'characters'}`;
    if (isShort || isLong) context.addIssue({ code: 'custom', message });
  };
}

/** Adds an issue if a text can't be shown. */
export function requireText(text: string, context: z.RefinementCtx): void {
  const message = faultOfText(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
}

/** Adds an issue if half of a surrogate pair stands alone. For texts that are stored unchanged. */
export function requireWhole(text: string, context: z.RefinementCtx): void {
  if (!hasLoneSurrogate(text)) return;
  context.addIssue({ code: 'custom', message: 'holds half a character (a lone surrogate)' });
}

/** Adds an issue if a non-empty text can't be shown in one line. */
export function requireLine(text: string, context: z.RefinementCtx): void {
  const message = text === '' ? undefined : faultOfLine(text);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
}

/** A full name, as the person writes it. */
export const fullName = singleLine(200).describe('Given names and surnames in full.');

/** Makes a field optional; an absent value becomes null. */
export function nullIfAbsent<Output>(schema: ZodType<Output>): ZodType<Output | null> {
  return schema.nullish().transform((value) => value ?? null);
}

/** Describes the `engine` field of a step with a single engine, which is also the default. */
export function describeEngine(
  name: 'built_in' | 'review',
): ZodType<typeof name | null | undefined> {
  return z
    .enum([name], { error: `is none of the engines of this step: ${name}` })
    .nullish()
    .describe(`Who checks the step; ${ENGINES[name]}`);
}

const ENGINES = {
  built_in: 'built_in: the service itself.',
  review: 'review: a person, by approve_step or reject_step.',
};

/** A CURP with a valid structure, check digit, state and past birth date. */
export const curp = identifier(normalizeCurp, (text) =>
  parseCurp(text, todayInMexico(Date.now())),
).meta({
  description: 'CURP: 18 characters, check digit included.',
  examples: ['HEGG560427MVZRRL04'],
});

/** An RFC of a person or a company. A wrong check digit is accepted: some issued RFCs have one. */
export const rfc = identifier(normalizeRfc, parseRfc).meta({
  description: 'RFC: 13 characters of a person, 12 of a company.',
  examples: ['GODE561231GR8'],
});

export const clabe = identifier(normalizeClabe, parseClabe).meta({
  description: 'CLABE: 18 digits, check digit included.',
  examples: ['002010077777777771'],
});

/** Returns the data of an RFC; null fields if there is none. */
export function rfcFields(given: string | null): Rfc | { [Field in keyof Rfc]: null } {
  if (given === null) return { rfc: null, rfc_kind: null, rfc_warnings: null };
  return requireValid(parseRfc(given));
}

/** Returns the data of an identifier that was validated before. @throws Error if it is invalid: a bug. */
export function requireValid<Parsed extends object>(found: Parsed | { fault: string }): Parsed {
  if ('fault' in found) throw new Error(`this ${found.fault}`);
  return found;
}

/** Builds the schema of an identifier, which is stored in its official form. */
function identifier(tidy: (text: string) => string, reading: (text: string) => object) {
  return z
    .string()
    .max(100)
    .transform(tidy)
    .superRefine((text, context) => {
      const found = reading(text);
      if (!('fault' in found)) return;
      context.addIssue({ code: 'custom', message: String(found.fault) });
    });
}
