import { askAndReview } from '../ask-and-review';

/** The person photographs a code; a reviewer looks at it. */
export const documentQr = askAndReview;
