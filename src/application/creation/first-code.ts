import { issueCode } from '../../platform/crypto/codes';
import type { Keyring } from '../../platform/crypto/keyring';
import { listChannels } from '../../domain/otp/policy';
import { initialOtpState } from '../../domain/otp/state';
import {
  policyOf,
  startsWithoutInput,
  type PreparedCode,
} from '../../steps/shared/one-time-code/state';
import { nextStep, type RunView } from '../../domain/run/view';
import {
  maskDestinations,
  findDestinations,
  creationSubmissionId,
} from '../../store/runs/destinations';
import type { SealedCreation } from '../../store/runs/sealed-content';

interface Keys {
  HASH_KEYS: Keyring;
  CODE_KEYS: Keyring;
}

/**
 * Prepares the code that is sent as soon as a run starts; undefined if there is none, or if its destination isn't known
 * yet. Saves the run's first task two activities.
 */
export function firstCode(
  view: RunView,
  creation: SealedCreation,
  keys: Keys,
): { step_uuid: string; content: PreparedCode } | undefined {
  const step = nextStep(view);
  if (step === undefined || view.settings.start !== 'immediate' || !startsWithoutInput(step))
    return;
  const policy = policyOf(step);
  const [verification] = initialOtpState(policy).verifications;
  const found = findDestinations(creation, step.custom_id ?? step.key);
  const channels = listChannels(policy);
  const isKnown = channels.every((channel) => found[channel === 'email' ? 'email' : 'phone']);
  if (verification === undefined || !isKnown) return;
  const [step_uuid, order, issue] = [step.uuid, verification.order, 1];
  const of = { account_uuid: view.account_uuid, hashKeys: keys.HASH_KEYS };
  const { length } = policy.code;
  const place = { run_uuid: view.uuid, step_uuid, order, issue };
  const content = {
    order,
    issue,
    destinations: maskDestinations(found, { name: creationSubmissionId(step.uuid), channels }, of),
    ...issueCode(keys.CODE_KEYS, { ...place, length }),
  };
  return { step_uuid, content };
}
