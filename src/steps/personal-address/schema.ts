import { z } from 'zod';
import { singleLine, nullIfAbsent } from '../shared/fields';
import { defineFormSchema } from '../shared/form-schema';
import { ownValue } from '../../domain/run/own-value';

/** Postal codes by country (UPU, Postal addressing systems); elsewhere 2 to 10 letters, digits, spaces or hyphens. */
const POSTAL_CODES: Readonly<Record<string, RegExp>> = {
  AR: /^([A-HJ-NP-Z]\d{4}[A-Z]{3}|\d{4})$/,
  BR: /^\d{5}-?\d{3}$/,
  CL: /^\d{7}$/,
  CO: /^\d{6}$/,
  ES: /^(0[1-9]|[1-4]\d|5[0-2])\d{3}$/,
  MX: /^(0[1-9]|[1-9]\d)\d{3}$/,
  PE: /^\d{5}$/,
  US: /^\d{5}(-\d{4})?$/,
};
const ANY_POSTAL_CODE = /^[A-Z0-9][A-Z0-9 -]{0,8}[A-Z0-9]$/;

const data = z
  .strictObject({
    street: singleLine(200),
    exterior_number: singleLine(20),
    interior_number: nullIfAbsent(singleLine(20)),
    neighborhood: singleLine(120),
    municipality: singleLine(120),
    city: nullIfAbsent(singleLine(120)),
    state: singleLine(120),
    zip_code: z.string().trim().toUpperCase(),
    country: z
      .string()
      .trim()
      .toUpperCase()
      .regex(/^[A-Z]{2}$/, 'must be an ISO 3166-1 alpha-2 code such as MX')
      .nullish()
      .transform((country) => country ?? 'MX'),
    references: nullIfAbsent(singleLine(300)),
  })
  .refine(
    (address) =>
      (ownValue(POSTAL_CODES, address.country) ?? ANY_POSTAL_CODE).test(address.zip_code),
    {
      path: ['zip_code'],
      message: 'is not a postal code of that country',
    },
  );

/** A postal address, as entered. */
export const personalAddressSchema = defineFormSchema({
  title: 'Domicilio',
  description: 'Captura del domicilio de la persona.',
  data,
});
