export { delayedReport } from './step-work/delayed-report';
export { verificationRun } from './verification-run/verification-run';
