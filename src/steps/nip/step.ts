import type { StepType } from '../contract';
import { verifyByCode } from '../verify-by-code';

/** A code for each verification of a NIP; where it goes is known when the step begins. */
export const nip = verifyByCode as unknown as StepType;
