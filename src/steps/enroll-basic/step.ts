import { askAndReview } from '../ask-and-review';

/** The person photographs both sides of an ID; a reviewer looks at them. */
export const enrollBasic = askAndReview;
