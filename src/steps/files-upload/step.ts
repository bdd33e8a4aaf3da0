import { askAndReview } from '../ask-and-review';

/** The person uploads the files listed in the setup; a reviewer checks them. */
export const filesUpload = askAndReview;
