import { askOnce } from '../ask-once';

/** The person accepts a text. What was accepted, when and from where is sealed with the submission. */
export const acceptance = askOnce;
