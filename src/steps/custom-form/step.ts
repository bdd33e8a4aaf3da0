import { askOnce } from '../ask-once';

/** The person fills in the form; its rules were checked when it came in. */
export const customForm = askOnce;
