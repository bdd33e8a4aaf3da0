import { askAndReview } from '../ask-and-review';

/** The person takes a selfie; a reviewer compares it with the face that is known. */
export const auth = askAndReview;
