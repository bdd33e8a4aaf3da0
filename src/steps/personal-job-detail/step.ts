import { askOnce } from '../ask-once';

/** The person enters their employment. */
export const personalJobDetail = askOnce;
