export { delayedReport } from './step-work/delayed-report';
export { verificationRun } from './verification-run/verification-run';
export { checkSending, finishErasures, removeUnconfirmedFiles } from './maintenance/maintenance';
