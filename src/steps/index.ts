/** Step types by key, for the workflow. Add a line for a new type here and in `schemas.ts`. */
import { acceptance } from './acceptance/step';
import { addressVerification } from './address-verification/step';
import { auth } from './auth/step';
import { biometricSign } from './biometric-sign/step';
import { cdcAuthorization } from './cdc-authorization/step';
import type { StepType } from './contract';
import { customForm } from './custom-form/step';
import { documentAnalyzer } from './document-analyzer/step';
import { documentPreview } from './document-preview/step';
import { documentQr } from './document-qr/step';
import { documentSign } from './document-sign/step';
import { enrollBasic } from './enroll-basic/step';
import { enrollFingerprint } from './enroll-fingerprint/step';
import { enrollFull } from './enroll-full/step';
import { enrollSimple } from './enroll-simple/step';
import { filesUpload } from './files-upload/step';
import { liveness } from './liveness/step';
import { multipleDocumentSign } from './multiple-document-sign/step';
import { nip } from './nip/step';
import { personalAddress } from './personal-address/step';
import { personalBankData } from './personal-bank-data/step';
import { personalFinancial } from './personal-financial/step';
import { personalJobDetail } from './personal-job-detail/step';
import { personalReferences } from './personal-references/step';
import { verifyEmail } from './verify-email/step';
import { verifyPhoneNumber } from './verify-phone-number/step';
import { videoSignStep } from './video-sign-step/step';

export const stepTypes = {
  acceptance,
  address_verification: addressVerification,
  auth,
  biometric_sign: biometricSign,
  cdc_authorization: cdcAuthorization,
  custom_form: customForm,
  document_analyzer: documentAnalyzer,
  document_preview: documentPreview,
  document_qr: documentQr,
  document_sign: documentSign,
  enroll_basic: enrollBasic,
  enroll_fingerprint: enrollFingerprint,
  enroll_full: enrollFull,
  enroll_simple: enrollSimple,
  files_upload: filesUpload,
  liveness,
  multiple_document_sign: multipleDocumentSign,
  nip,
  personal_address: personalAddress,
  personal_bank_data: personalBankData,
  personal_financial: personalFinancial,
  personal_job_detail: personalJobDetail,
  personal_references: personalReferences,
  verify_email: verifyEmail,
  verify_phone_number: verifyPhoneNumber,
  video_sign_step: videoSignStep,
} satisfies Record<string, StepType>;

export type StepKey = keyof typeof stepTypes;
