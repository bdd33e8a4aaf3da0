import type { StepType } from '../contract';
import { verifyByCode } from '../verify-by-code';

/** The person consents to a credit report under name and RFC, then authorizes it by a code. */
export const cdcAuthorization = verifyByCode as unknown as StepType;
