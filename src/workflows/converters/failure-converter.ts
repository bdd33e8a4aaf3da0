import { DefaultFailureConverter } from '@temporalio/common';

/** Encrypts messages and stacks of failures with the codec; only the failure's type stays readable. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
