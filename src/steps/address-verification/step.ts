import { askAndReview } from '../ask-and-review';

/** The person proves where they live; a reviewer checks the proof. */
export const addressVerification = askAndReview;
