/** Implementations of the activities that `../calls.ts` declares. */
import type { RunReader } from '../../../../activities/run-reader';
import type { Keyring } from '../../../../platform/crypto/keyring';
import type { SandboxStore } from '../../../../store/messaging/sandbox-messages';
import { expectedReceipts } from './expected-receipts';
import { fixDestinations } from './fix-destinations';
import { issueCode } from './issue-code';
import { sendCode, sendCodeAndStore, type SendDependencies } from './send-code';

export interface OneTimeCodeDependencies extends SendDependencies {
  runReader: RunReader;
  sandbox: SandboxStore;
  hashKeys: Keyring;
}

export function oneTimeCodeActivities(dependencies: OneTimeCodeDependencies) {
  return {
    fixDestinations: fixDestinations(dependencies.runReader, dependencies.hashKeys),
    issueCode: issueCode(dependencies.codeKeys),
    sendCode: sendCode(dependencies),
    sendCodeAndStore: sendCodeAndStore(dependencies),
    expectedReceipts: expectedReceipts(dependencies),
  };
}
