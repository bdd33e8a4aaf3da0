import { verifyByCode } from '../shared/one-time-code/step';

/** The person enters a phone, then the code that is sent to it. */
export const verifyPhoneNumber = verifyByCode;
