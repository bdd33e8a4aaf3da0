import { z } from 'zod';
import { readClabe } from '../../identifiers/clabe';
import { clabe, fullName, orNull, read, rfc, told } from '../fields';
import { defineFormSchema } from '../form-schema';

const data = z.strictObject({
  clabe,
  account_holder: fullName,
  account_type: orNull(z.enum(['checking', 'savings', 'payroll', 'other'])),
  rfc: orNull(rfc).describe('RFC of the holder.'),
});

/** An account that money is paid to: its CLABE tells bank, place and number. */
export const personalBankDataSchema = defineFormSchema({
  title: 'Datos bancarios',
  description: 'Captura de la cuenta CLABE de la persona.',
  data,
  payload: (given) => ({ ...given, ...read(readClabe(given.clabe)), ...told(given.rfc) }),
});
