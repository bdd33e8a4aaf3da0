export { sandboxReceipt } from './sandbox-receipt';
export { verificationRun } from './verification-run';
