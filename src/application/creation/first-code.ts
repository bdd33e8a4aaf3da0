import { issueCode } from '../../crypto/codes';
import type { Keyring } from '../../crypto/keyring';
import { channelsOf } from '../../nips/policy';
import { newLadder } from '../../nips/state';
import { policyOf, sendsUnasked, type PreparedCode } from '../../steps/shared/one-time-code/state';
import { nextStep, type RunView } from '../../runs/view';
import {
  describeDestinations,
  findDestinations,
  nameAtCreation,
} from '../../store/runs/destinations';
import type { SealedCreation } from '../../store/runs/sealed-content';

interface Keys {
  HASH_KEYS: Keyring;
  CODE_KEYS: Keyring;
}

/**
 * The code that goes out as soon as a run begins; undefined where none does, or where it isn't known yet to whom. Made
 * here, it saves the run's first task two activities.
 */
export function firstCode(
  view: RunView,
  creation: SealedCreation,
  keys: Keys,
): { step_uuid: string; content: PreparedCode } | undefined {
  const step = nextStep(view);
  if (step === undefined || view.settings.start !== 'immediate' || !sendsUnasked(step)) return;
  const policy = policyOf(step);
  const [verification] = newLadder(policy).verifications;
  const found = findDestinations(creation, step.custom_id ?? step.key);
  const channels = channelsOf(policy);
  const isKnown = channels.every((channel) => found[channel === 'email' ? 'email' : 'phone']);
  if (verification === undefined || !isKnown) return;
  const [step_uuid, order, issue] = [step.uuid, verification.order, 1];
  const of = { account_uuid: view.account_uuid, hashKeys: keys.HASH_KEYS };
  const { length } = policy.code;
  const place = { run_uuid: view.uuid, step_uuid, order, issue };
  const content = {
    order,
    issue,
    destinations: describeDestinations(found, { name: nameAtCreation(step.uuid), channels }, of),
    ...issueCode(keys.CODE_KEYS, { ...place, length }),
  };
  return { step_uuid, content };
}
