import { z } from 'zod';
import { curp, nullIfAbsent, rfc, rfcFields } from '../shared/fields';
import { defineFormSchema } from '../shared/form-schema';

/** An amount in the currency of the form. */
const amount = z.number().min(0).max(1_000_000_000_000);

const INCOME_SOURCES = [
  ...['salary', 'business', 'professional_fees', 'pension', 'investments', 'rent'],
  ...['remittances', 'family_support', 'government_support', 'other'],
] as const;

const data = z.strictObject({
  monthly_income: amount.describe('Net income of a month.'),
  income_source: z.enum(INCOME_SOURCES).describe('Where most of it comes from.'),
  additional_income: nullIfAbsent(amount).describe('Net income of a month from other sources.'),
  monthly_expenses: nullIfAbsent(amount).describe('Household and personal expenses of a month.'),
  monthly_debt_payments: nullIfAbsent(amount).describe(
    'What is paid for loans and cards in a month.',
  ),
  currency: z
    .string()
    .trim()
    .toUpperCase()
    .regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code such as MXN')
    .nullish()
    .transform((currency) => currency ?? 'MXN')
    .describe('ISO 4217; MXN where it is left out.'),
  economic_dependents: nullIfAbsent(z.int().min(0).max(50)).describe('People who live on it.'),
  housing: nullIfAbsent(z.enum(['owned', 'mortgaged', 'rented', 'family', 'other'])),
  curp: nullIfAbsent(curp),
  rfc: nullIfAbsent(rfc),
  is_politically_exposed: nullIfAbsent(z.boolean()).describe(
    'Whether the person, or close family, holds or held a high public office.',
  ),
  acts_on_own_behalf: nullIfAbsent(z.boolean()).describe('Whether the money is the person’s own.'),
});

/** Financial data of a credit application: income, obligations, and the origin of the money. */
export const personalFinancialSchema = defineFormSchema({
  title: 'Datos financieros',
  description: 'Captura de los ingresos, egresos y datos fiscales de la persona.',
  data,
  payload: (given) => ({ ...given, ...rfcFields(given.rfc) }),
});
