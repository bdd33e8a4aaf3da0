import { askAndReview } from '../ask-and-review';

/** The person uploads a document; a reviewer reads it. */
export const documentAnalyzer = askAndReview;
