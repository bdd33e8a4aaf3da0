import { storeFailure } from '../../../../activities/failures';
import type { SandboxStore } from '../../../../store/messaging/sandbox-messages';
import type { RunStore } from '../../../../store/runs/runs';
import type { SandboxReport } from '../calls';

interface ReceiptSources {
  runs: Pick<RunStore, 'refOf'>;
  sandbox: Pick<SandboxStore, 'expectedReceipts'>;
}

/** Lists the receipts that the sandbox makes for a run's messages, delivered or not. */
export function expectedReceipts({ runs, sandbox }: ReceiptSources) {
  return async ({ run_uuid }: { run_uuid: string }): Promise<SandboxReport[]> => {
    const run = await runs.refOf(run_uuid).catch(storeFailure);
    return run === null ? [] : sandbox.expectedReceipts(run).catch(storeFailure);
  };
}
