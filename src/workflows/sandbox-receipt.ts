/** A receipt of the sandbox on its way: started with a delay, so that it comes however the processes fare. */
import { getExternalWorkflowHandle, proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { SandboxReceipt } from '../channels/sandbox';
import { receiptSignal } from './messages';

/** Of receipts that were on their way when `directly` came to be. */
const { tellReceipt } = proxyActivities<Pick<Activities, 'tellReceipt'>>({
  startToCloseTimeout: '2s',
  retry: { initialInterval: '500ms', maximumInterval: '10s' },
});

export async function sandboxReceipt(receipt: SandboxReceipt): Promise<void> {
  if (receipt.directly !== true) return tellReceipt(receipt);
  const { run_uuid, ...place } = receipt.send;
  const message = { ...place, status: receipt.status, error_code: null };
  try {
    await getExternalWorkflowHandle(run_uuid).signal(receiptSignal, message);
  } catch {
    // The run is over: it needs no receipt any more.
  }
}
