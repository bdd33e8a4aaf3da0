import { askAndReview } from '../ask-and-review';

/** The person reads a document; a reviewer looks at what was read. */
export const documentPreview = askAndReview;
