import { DefaultFailureConverter } from '@temporalio/common';

/** Messages and stacks of failures go through the codec too; only the failure's type stays readable. */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
