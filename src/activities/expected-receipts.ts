import type { SandboxStore } from '../store/sandbox-messages';
import type { ReceiptMessage } from '../workflows/messages';
import { storeFailure } from './failures';

/** Lists the receipts that the sandbox makes of a run's messages, delivered to the run or not. */
export function expectedReceipts({ sandbox }: { sandbox: SandboxStore }) {
  return ({ run_uuid }: { run_uuid: string }): Promise<ReceiptMessage[]> =>
    sandbox.expectedReceipts(run_uuid).catch(storeFailure);
}
