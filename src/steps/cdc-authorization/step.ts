import { verifyByCode } from '../shared/one-time-code/step';

/** The person consents to a credit report under name and RFC, then authorizes it by a code. */
export const cdcAuthorization = verifyByCode;
