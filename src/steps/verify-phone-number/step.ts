import type { StepType } from '../contract';
import { verifyByCode } from '../verify-by-code';

/** The person's phone, then a code to it. */
export const verifyPhoneNumber = verifyByCode as unknown as StepType;
