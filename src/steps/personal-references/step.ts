import { askOnce } from '../ask-once';

/** The person names people who know them. */
export const personalReferences = askOnce;
