import { askOnce } from '../ask-once';

/** The person tells of income and obligations. */
export const personalFinancial = askOnce;
