import { askAndReview } from '../ask-and-review';

/** The person signs several documents at once; a reviewer looks at the signature. */
export const multipleDocumentSign = askAndReview;
