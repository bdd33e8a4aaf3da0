import { askAndReview } from '../ask-and-review';

/** The person signs several documents together; a reviewer checks the signature. */
export const multipleDocumentSign = askAndReview;
