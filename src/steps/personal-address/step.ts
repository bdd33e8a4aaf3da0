import { askOnce } from '../ask-once';

/** The person enters an address, whose format is checked on arrival. */
export const personalAddress = askOnce;
