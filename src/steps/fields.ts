/** Fields that several step types, forms and the API share. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import { z } from 'zod';

/** E.164 (ITU-T), a number that can exist; `+` and digits alone are kept. */
export const phone = z
  .string()
  .trim()
  .refine((text) => isPhone(text), 'must be a phone number in E.164, such as +573100000000')
  .transform((text) => parsePhoneNumberFromString(text)?.number ?? text);

/** Lowercased and trimmed; at most 254 characters (RFC 5321, 4.5.3.1.3). */
export const email = z.string().trim().toLowerCase().pipe(z.email()).pipe(z.string().max(254));

/** A code as it is typed: spaces and hyphens are no mistake. */
export const code = z
  .string()
  .transform((text) => text.replaceAll(/[\s-]/g, ''))
  .pipe(z.string().regex(/^\d{4,8}$/, 'must be the 4 to 8 digits of the code'));

function isPhone(text: string): boolean {
  return /^\+[1-9]\d{6,14}$/.test(text) && parsePhoneNumberFromString(text)?.isPossible() === true;
}
