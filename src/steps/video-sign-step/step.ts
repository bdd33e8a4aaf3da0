import { askAndReview } from '../ask-and-review';

/** The person records a statement; a reviewer watches it. */
export const videoSignStep = askAndReview;
