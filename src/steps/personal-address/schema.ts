import { z } from 'zod';
import { hasPostalCodes, isCountry, isPostalCode } from '../../domain/identifiers/countries';
import { plainIdentifier } from '../../domain/identifiers/plain-identifier';
import { singleLine, nullIfAbsent } from '../shared/fields';
import { defineFormSchema } from '../shared/form-schema';

const COUNTRY_FAULT = 'must be an ISO 3166-1 alpha-2 code such as MX';
const inCapitals = (text: string) => plainIdentifier(text).toUpperCase();

const data = z
  .strictObject({
    street: singleLine(200),
    exterior_number: singleLine(20),
    interior_number: nullIfAbsent(singleLine(20)),
    neighborhood: singleLine(120),
    municipality: singleLine(120),
    city: nullIfAbsent(singleLine(120)),
    state: singleLine(120),
    zip_code: z
      .string()
      .overwrite(inCapitals)
      .nullish()
      .transform((code) => (code === undefined || code === '' ? null : code))
      .describe('Null in countries without postal codes.'),
    country: z
      .string()
      .overwrite(inCapitals)
      .regex(/^[A-Z]{2}$/, COUNTRY_FAULT)
      .nullish()
      .transform((country) => country ?? 'MX')
      .refine(isCountry, COUNTRY_FAULT),
    references: nullIfAbsent(singleLine(300)),
  })
  .superRefine(({ country, zip_code }, context) => {
    const isRight = zip_code === null ? !hasPostalCodes(country) : isPostalCode(country, zip_code);
    if (isRight) return;
    const message = zip_code === null ? 'is required' : 'is not a postal code of that country';
    context.addIssue({ code: 'custom', path: ['zip_code'], message });
  });

/** A postal address, as entered. */
export const personalAddressSchema = defineFormSchema({
  title: 'Domicilio',
  description: 'Captura del domicilio de la persona.',
  data,
});
