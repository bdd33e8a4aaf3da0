import { verifyByCode } from '../shared/one-time-code/step';

/** The person enters an email, then the code that is sent to it. */
export const verifyEmail = verifyByCode;
