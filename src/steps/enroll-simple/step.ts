import { askOnce } from '../ask-once';

/** The person enters a CURP, which is checked on arrival. */
export const enrollSimple = askOnce;
