import { askAndReview } from '../ask-and-review';

/** The person photographs an ID and their face; a reviewer compares. */
export const enrollFull = askAndReview;
