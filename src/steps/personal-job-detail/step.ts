import { askOnce } from '../ask-once';

/** The person tells of their work. */
export const personalJobDetail = askOnce;
