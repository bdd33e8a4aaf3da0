import { verifyByCode } from '../shared/one-time-code/step';

/** The person's phone, then a code to it. */
export const verifyPhoneNumber = verifyByCode;
