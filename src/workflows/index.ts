export { verificationRun } from './verification-run';
