/** The step types by key, for the workflow. A new type is a line here and one in `schemas.ts`. */
import { acceptance } from './acceptance/step';
import type { StepType } from './contract';
import { customForm } from './custom-form/step';
import { nip } from './nip/step';
import { personalAddress } from './personal-address/step';
import { verifyEmail } from './verify-email/step';
import { verifyPhoneNumber } from './verify-phone-number/step';
import { personalFinancial } from './personal-financial/step';
import { personalJobDetail } from './personal-job-detail/step';
import { personalReferences } from './personal-references/step';
import { personalBankData } from './personal-bank-data/step';
import { enrollSimple } from './enroll-simple/step';

export const stepTypes = {
  acceptance,
  custom_form: customForm,
  nip,
  personal_address: personalAddress,
  verify_email: verifyEmail,
  verify_phone_number: verifyPhoneNumber,
  personal_financial: personalFinancial,
  personal_job_detail: personalJobDetail,
  personal_references: personalReferences,
  personal_bank_data: personalBankData,
  enroll_simple: enrollSimple,
} satisfies Record<string, StepType>;

export type StepKey = keyof typeof stepTypes;

/** The behaviour behind a key; undefined for a key that this build doesn't know. */
export function stepType(key: string): StepType | undefined {
  return Object.hasOwn(stepTypes, key) ? stepTypes[key as StepKey] : undefined;
}
