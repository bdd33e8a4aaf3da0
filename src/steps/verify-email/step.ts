import type { StepType } from '../contract';
import { verifyByCode } from '../verify-by-code';

/** The person's email, then a code to it. */
export const verifyEmail = verifyByCode as unknown as StepType;
