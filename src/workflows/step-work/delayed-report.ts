/** Delivers a report to a run. Started with a delay, so that the report arrives even if processes die meanwhile. */
import { getExternalWorkflowHandle } from '@temporalio/workflow';
import { reportSignal, type DelayedReport } from '../messages/messages';

export async function delayedReport({ run_uuid, ...report }: DelayedReport): Promise<void> {
  try {
    await getExternalWorkflowHandle(run_uuid).signal(reportSignal, report);
  } catch {
    // The run is over and needs no report.
  }
}
