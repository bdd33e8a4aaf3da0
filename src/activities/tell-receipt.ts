import type { SandboxReceipt } from '../channels/sandbox';
import type { RunStore } from '../store/runs/runs';
import type { SandboxStore } from '../store/messaging/sandbox-messages';
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
    const { account_uuid, message_uuid, status } = receipt;
    await sandbox.setStatus(account_uuid, message_uuid, status).catch(storeFailure);
    await receipts.tell(receipt);
  };
}

/** The receipts of a run's messages that the sandbox tells, or has told. */
export function expectedReceipts({
  runs,
  sandbox,
}: {
  runs: Pick<RunStore, 'refOf'>;
  sandbox: SandboxStore;
}) {
  return async ({ run_uuid }: { run_uuid: string }): Promise<ReceiptMessage[]> => {
    const run = await runs.refOf(run_uuid).catch(storeFailure);
    return run === null ? [] : sandbox.expectedReceipts(run).catch(storeFailure);
  };
}
