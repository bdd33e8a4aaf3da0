import { askOnce } from '../ask-once';

/** The person fills in the form, which is checked on arrival. */
export const customForm = askOnce;
