import { askAndReview } from '../ask-and-review';

/** The person takes a selfie; a reviewer compares it with the enrolled face. */
export const auth = askAndReview;
