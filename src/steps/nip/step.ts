import { verifyByCode } from '../shared/one-time-code/step';

/** Sends a code for each verification of a NIP; the destinations are known when the step starts. */
export const nip = verifyByCode;
