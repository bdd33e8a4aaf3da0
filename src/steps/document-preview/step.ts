import { askAndReview } from '../ask-and-review';

/** The person reads a document; a reviewer checks which pages were read. */
export const documentPreview = askAndReview;
