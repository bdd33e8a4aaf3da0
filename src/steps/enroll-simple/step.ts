import { askOnce } from '../ask-once';

/** The person gives a CURP; what it must hold was checked when it came in. */
export const enrollSimple = askOnce;
