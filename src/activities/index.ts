/** Everything that a run does in the world. Made once per worker from its dependencies. */
import type { Keyring } from '../crypto/keyring';
import type { SandboxStore } from '../store/sandbox-messages';
import { evaluateRules, evaluateSkip } from './evaluate-rules';
import { fixDestinations } from './fix-destinations';
import { issueCode } from './issue-code';
import { projectRun } from './project-run';
import { sendCode, sendFirstCode, type SendDependencies } from './send-code';
import { expectedReceipts } from './expected-receipts';

export interface ActivityDependencies extends SendDependencies {
  sandbox: SandboxStore;
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
    expectedReceipts: expectedReceipts(dependencies),
  };
}

export type Activities = ReturnType<typeof createActivities>;
