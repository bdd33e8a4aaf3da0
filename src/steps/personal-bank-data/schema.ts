import { z } from 'zod';
import { parseClabe } from '../../domain/identifiers/clabe';
import { clabe, fullName, nullIfAbsent, requireValid, rfc, rfcFields } from '../shared/fields';
import { defineFormSchema } from '../shared/form-schema';

const data = z.strictObject({
  clabe,
  account_holder: fullName,
  account_type: nullIfAbsent(z.enum(['checking', 'savings', 'payroll', 'other'])),
  rfc: nullIfAbsent(rfc).describe('RFC of the holder.'),
});

/** A bank account for payments: its CLABE encodes bank, place and number. */
export const personalBankDataSchema = defineFormSchema({
  title: 'Datos bancarios',
  description: 'Captura de la cuenta CLABE de la persona.',
  data,
  payload: (given) => ({
    ...given,
    ...requireValid(parseClabe(given.clabe)),
    ...rfcFields(given.rfc),
  }),
});
