import { askAndReview } from '../ask-and-review';

/** The person photographs fingertips; a reviewer checks them. */
export const enrollFingerprint = askAndReview;
