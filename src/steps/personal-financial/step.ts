import { askOnce } from '../ask-once';

/** The person enters income and obligations. */
export const personalFinancial = askOnce;
