/** A receipt of the sandbox comes this long after its message, in milliseconds. */
export const SANDBOX_RECEIPT_AFTER_MS = 1_000;
