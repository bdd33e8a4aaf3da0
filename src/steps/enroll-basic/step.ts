import { askAndReview } from '../ask-and-review';

/** The person photographs both sides of an identity document; a reviewer checks them. */
export const enrollBasic = askAndReview;
