export { delayedReport } from './delayed-report';
export { verificationRun } from './verification-run';
