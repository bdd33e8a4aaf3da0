import { askOnce } from '../ask-once';

/** The person gives an account; its check digit was checked when it came in. */
export const personalBankData = askOnce;
