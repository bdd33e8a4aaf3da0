import { askOnce } from '../ask-once';

/** The person accepts a text. The accepted text, the time and the origin are sealed with the submission. */
export const acceptance = askOnce;
