/** The step types by key, for the API. Checked to hold the same keys as the workflow's list. */
import { acceptanceSchema } from './acceptance/schema';
import { customFormSchema } from './custom-form/schema';
import type { StepKey } from './index';
import { nipSchema } from './nip/schema';
import { personalAddressSchema } from './personal-address/schema';
import type { AnyStepSchema } from './schema-contract';
import { verifyEmailSchema } from './verify-email/schema';
import { verifyPhoneNumberSchema } from './verify-phone-number/schema';
import { personalFinancialSchema } from './personal-financial/schema';
import { personalJobDetailSchema } from './personal-job-detail/schema';
import { personalReferencesSchema } from './personal-references/schema';
import { personalBankDataSchema } from './personal-bank-data/schema';
import { enrollSimpleSchema } from './enroll-simple/schema';

export const stepSchemas: Record<StepKey, AnyStepSchema> = {
  acceptance: acceptanceSchema,
  custom_form: customFormSchema,
  nip: nipSchema,
  personal_address: personalAddressSchema,
  verify_email: verifyEmailSchema,
  verify_phone_number: verifyPhoneNumberSchema,
  personal_financial: personalFinancialSchema,
  personal_job_detail: personalJobDetailSchema,
  personal_references: personalReferencesSchema,
  personal_bank_data: personalBankDataSchema,
  enroll_simple: enrollSimpleSchema,
};

/** The catalogue's entry behind a key; undefined for an unknown one. */
export function stepSchema(key: string): AnyStepSchema | undefined {
  return Object.hasOwn(stepSchemas, key) ? stepSchemas[key as StepKey] : undefined;
}
