import { storeFailure } from '../../../../activities/failures';
import type { SandboxStore } from '../../../../store/sandbox-messages';
import type { SandboxReport } from '../calls';

/** Lists the receipts that the sandbox makes of a run's messages, delivered to the run or not. */
export function expectedReceipts({ sandbox }: { sandbox: Pick<SandboxStore, 'expectedReceipts'> }) {
  return ({ run_uuid }: { run_uuid: string }): Promise<SandboxReport[]> =>
    sandbox.expectedReceipts(run_uuid).catch(storeFailure);
}
