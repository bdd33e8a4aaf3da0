import { verifyByCode } from '../shared/one-time-code/step';

/** The person's email, then a code to it. */
export const verifyEmail = verifyByCode;
