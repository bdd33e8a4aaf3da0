import type { SandboxReceipt } from '../channels/sandbox';
import type { SandboxStore } from '../store/sandbox-messages';
import type { SandboxReceipts } from '../temporal/sandbox-receipts';
import type { ReceiptMessage } from '../workflows/messages';
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

/** The receipts of a run's messages that the sandbox tells, or has told. */
export function expectedReceipts({ sandbox }: { sandbox: SandboxStore }) {
  return ({ run_uuid }: { run_uuid: string }): Promise<ReceiptMessage[]> =>
    sandbox.expectedReceipts(run_uuid).catch(storeFailure);
}
