/** A receipt of the sandbox on its way: started with a delay, so that it comes however the processes fare. */
import { getExternalWorkflowHandle } from '@temporalio/workflow';
import type { SandboxReceipt } from '../channels/sandbox';
import { receiptSignal } from './messages';

export async function sandboxReceipt(receipt: SandboxReceipt): Promise<void> {
  const { run_uuid, ...place } = receipt.send;
  const message = { ...place, status: receipt.status, error_code: null };
  try {
    await getExternalWorkflowHandle(run_uuid).signal(receiptSignal, message);
  } catch {
    // The run is over: it needs no receipt any more.
  }
}
