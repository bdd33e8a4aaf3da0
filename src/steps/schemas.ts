/** Step types by key, for the API. A type check ensures the same keys as in the workflow's list. */
import { acceptanceSchema } from './acceptance/schema';
import { addressVerificationSchema } from './address-verification/schema';
import { authSchema } from './auth/schema';
import { biometricSignSchema } from './biometric-sign/schema';
import { cdcAuthorizationSchema } from './cdc-authorization/schema';
import { customFormSchema } from './custom-form/schema';
import { documentAnalyzerSchema } from './document-analyzer/schema';
import { documentPreviewSchema } from './document-preview/schema';
import { documentQrSchema } from './document-qr/schema';
import { documentSignSchema } from './document-sign/schema';
import { enrollBasicSchema } from './enroll-basic/schema';
import { enrollFingerprintSchema } from './enroll-fingerprint/schema';
import { enrollFullSchema } from './enroll-full/schema';
import { enrollSimpleSchema } from './enroll-simple/schema';
import { filesUploadSchema } from './files-upload/schema';
import type { StepKey } from './index';
import { livenessSchema } from './liveness/schema';
import { multipleDocumentSignSchema } from './multiple-document-sign/schema';
import { nipSchema } from './nip/schema';
import { personalAddressSchema } from './personal-address/schema';
import { personalBankDataSchema } from './personal-bank-data/schema';
import { personalFinancialSchema } from './personal-financial/schema';
import { personalJobDetailSchema } from './personal-job-detail/schema';
import { personalReferencesSchema } from './personal-references/schema';
import type { AnyStepSchema } from './schema-contract';
import { verifyEmailSchema } from './verify-email/schema';
import { verifyPhoneNumberSchema } from './verify-phone-number/schema';
import { videoSignStepSchema } from './video-sign-step/schema';

export const stepSchemas: Record<StepKey, AnyStepSchema> = {
  acceptance: acceptanceSchema,
  address_verification: addressVerificationSchema,
  auth: authSchema,
  biometric_sign: biometricSignSchema,
  cdc_authorization: cdcAuthorizationSchema,
  custom_form: customFormSchema,
  document_analyzer: documentAnalyzerSchema,
  document_preview: documentPreviewSchema,
  document_qr: documentQrSchema,
  document_sign: documentSignSchema,
  enroll_basic: enrollBasicSchema,
  enroll_fingerprint: enrollFingerprintSchema,
  enroll_full: enrollFullSchema,
  enroll_simple: enrollSimpleSchema,
  files_upload: filesUploadSchema,
  liveness: livenessSchema,
  multiple_document_sign: multipleDocumentSignSchema,
  nip: nipSchema,
  personal_address: personalAddressSchema,
  personal_bank_data: personalBankDataSchema,
  personal_financial: personalFinancialSchema,
  personal_job_detail: personalJobDetailSchema,
  personal_references: personalReferencesSchema,
  verify_email: verifyEmailSchema,
  verify_phone_number: verifyPhoneNumberSchema,
  video_sign_step: videoSignStepSchema,
};

/** Returns the catalogue entry of a key; undefined for an unknown one. */
export function stepSchema(key: string): AnyStepSchema | undefined {
  return Object.hasOwn(stepSchemas, key) ? stepSchemas[key as StepKey] : undefined;
}
