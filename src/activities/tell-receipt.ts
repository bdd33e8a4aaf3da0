import type { SandboxReceipt } from '../channels/sandbox';
import type { SandboxStore } from '../store/sandbox-messages';
import type { SandboxReceipts } from '../temporal/sandbox-receipts';
import { storeFailure } from './failures';

/** Tells a run what became of a sandbox message. Safe to repeat. */
export function tellReceipt({
  receipts,
  sandbox,
}: {
  receipts: Pick<SandboxReceipts, 'tell'>;
  sandbox: SandboxStore;
}) {
  return async (receipt: SandboxReceipt): Promise<void> => {
    await sandbox.setStatus(receipt.message_uuid, receipt.status).catch(storeFailure);
    await receipts.tell(receipt);
  };
}
