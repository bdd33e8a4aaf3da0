import { askOnce } from '../ask-once';

/** The person enters an account, whose check digit is checked on arrival. */
export const personalBankData = askOnce;
