import { askAndReview } from '../ask-and-review';

/** The person photographs an identity document and their face; a reviewer compares them. */
export const enrollFull = askAndReview;
