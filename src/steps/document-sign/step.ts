import { askAndReview } from '../ask-and-review';

/** The person signs a document; a reviewer looks at the signature. */
export const documentSign = askAndReview;
