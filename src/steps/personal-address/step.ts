import { askOnce } from '../ask-once';

/** The person gives an address; its form is checked when it comes in. */
export const personalAddress = askOnce;
