/** A receipt of the sandbox on its way: started with a delay, so that it comes however the processes fare. */
import { proxyActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import type { SandboxReceipt } from '../channels/sandbox';

const { tellReceipt } = proxyActivities<Pick<Activities, 'tellReceipt'>>({
  startToCloseTimeout: '2s',
  retry: { initialInterval: '500ms', maximumInterval: '10s' },
});

export async function sandboxReceipt(receipt: SandboxReceipt): Promise<void> {
  await tellReceipt(receipt);
}
