/** Delay of a sandbox receipt after its message, in milliseconds. */
export const SANDBOX_RECEIPT_AFTER_MS = 1_000;
