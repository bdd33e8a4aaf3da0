import { verifyByCode } from '../shared/one-time-code/step';

/** A code for each verification of a NIP; where it goes is known when the step begins. */
export const nip = verifyByCode;
