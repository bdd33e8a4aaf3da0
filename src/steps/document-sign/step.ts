import { askAndReview } from '../ask-and-review';

/** The person signs a document; a reviewer checks the signature. */
export const documentSign = askAndReview;
