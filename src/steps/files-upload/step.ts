import { askAndReview } from '../ask-and-review';

/** The person uploads the files that the setup lists; a reviewer looks at them. */
export const filesUpload = askAndReview;
