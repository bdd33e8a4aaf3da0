import { askAndReview } from '../ask-and-review';

/** The person takes selfies; a reviewer decides if a live person took them. */
export const liveness = askAndReview;
