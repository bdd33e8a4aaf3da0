import { askAndReview } from '../ask-and-review';

/** The person signs a document and shows their face; a reviewer compares them. */
export const biometricSign = askAndReview;
