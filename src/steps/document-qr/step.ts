import { askAndReview } from '../ask-and-review';

/** The person photographs a code; a reviewer checks it. */
export const documentQr = askAndReview;
