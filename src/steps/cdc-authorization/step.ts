import { verifyByCode } from '../shared/one-time-code/step';

/** The person consents to a credit report with name and RFC, then authorizes it with a code. */
export const cdcAuthorization = verifyByCode;
