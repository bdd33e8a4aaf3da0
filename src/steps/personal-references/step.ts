import { askOnce } from '../ask-once';

/** The person names references. */
export const personalReferences = askOnce;
