import { askAndReview } from '../ask-and-review';

/** The person photographs fingertips; a reviewer looks at them. */
export const enrollFingerprint = askAndReview;
