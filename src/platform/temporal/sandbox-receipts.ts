/** Delivers receipts of the sandbox through Temporal. */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { SandboxReceipt } from '../../providers/sandbox/sandbox';
import { SANDBOX_RECEIPT_AFTER_MS } from '../../domain/otp/sandbox';
import { DELAYED_REPORT, type DelayedReport } from '../../workflows/messages/messages';

export interface SandboxReceipts {
  /** Delivers a receipt after a second, once even if called repeatedly. */
  reportLater(receipt: SandboxReceipt): Promise<void>;
}

/** Starts a workflow for each receipt, so that it is delivered even if processes die. */
export function sandboxReceipts(client: Client, taskQueue: string): SandboxReceipts {
  return {
    async reportLater(receipt) {
      try {
        const { run_uuid, step_uuid, ...place } = receipt.send;
        const report = { ...place, status: receipt.status, error_code: null };
        const input: DelayedReport = { run_uuid, step_uuid, report };
        await client.workflow.start(DELAYED_REPORT, {
          workflowId: `receipt-${receipt.message_uuid}`,
          taskQueue,
          startDelay: SANDBOX_RECEIPT_AFTER_MS,
          args: [input],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
  };
}
