/** Receipts of the sandbox, on their way through Temporal. */
import { WorkflowExecutionAlreadyStartedError, type Client } from '@temporalio/client';
import type { SandboxReceipt } from '../channels/sandbox';
import { RECEIPT_AFTER_MS, SANDBOX_RECEIPT } from '../workflows/messages';

export interface SandboxReceipts {
  /** Has a receipt told after a second, once however often it is said. */
  tellLater(receipt: SandboxReceipt): Promise<void>;
}

/** A receipt is a workflow of its own: it comes however the processes fare. */
export function sandboxReceipts(client: Client, taskQueue: string): SandboxReceipts {
  return {
    async tellLater(receipt) {
      try {
        await client.workflow.start(SANDBOX_RECEIPT, {
          workflowId: `receipt-${receipt.message_uuid}`,
          taskQueue,
          startDelay: RECEIPT_AFTER_MS,
          args: [receipt],
          workflowIdReusePolicy: 'REJECT_DUPLICATE',
        });
      } catch (error) {
        if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      }
    },
  };
}
