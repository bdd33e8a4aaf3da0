/** Everything that a run does in the world. Made once per worker from its dependencies. */
import type { Keyring } from '../crypto/keyring';
import type { SandboxStore } from '../store/messaging/sandbox-messages';
import type { SandboxReceipts } from '../temporal/sandbox-receipts';
import { evaluateRules, evaluateSkip } from './evaluate-rules';
import { fixDestinations } from './fix-destinations';
import { issueCode } from './issue-code';
import { projectRun } from './project-run';
import { sendCode, sendFirstCode, type SendDependencies } from './send-code';
import { expectedReceipts, tellReceipt } from './tell-receipt';

export interface ActivityDependencies extends SendDependencies {
  sandbox: SandboxStore;
  receipts: SandboxReceipts;
  hashKeys: Keyring;
}

/** The activities by name, as the worker registers them and the workflow calls them. */
export function createActivities(dependencies: ActivityDependencies) {
  return {
    projectRun: projectRun(dependencies),
    fixDestinations: fixDestinations(dependencies.runReader, dependencies.hashKeys),
    evaluateSkip: evaluateSkip(dependencies.runReader),
    evaluateRules: evaluateRules(dependencies.runReader),
    issueCode: issueCode(dependencies.codeKeys),
    sendCode: sendCode(dependencies),
    sendFirstCode: sendFirstCode(dependencies),
    tellReceipt: tellReceipt(dependencies),
    expectedReceipts: expectedReceipts(dependencies),
  };
}

export type Activities = ReturnType<typeof createActivities>;
