import { askAndReview } from '../ask-and-review';

/** The person takes selfies; a reviewer judges whether somebody real was there. */
export const liveness = askAndReview;
