import { askAndReview } from '../ask-and-review';

/** The person proves where they live; a reviewer compares. */
export const addressVerification = askAndReview;
