/** A step that sends codes: its policy, and its NIP as its events add up. */
import type { LadderEvent, LadderEventType } from '../nips/events';
import type { NipPolicy } from '../nips/policy';
import { evolveLadder, newLadder } from '../nips/state';
import type { EventOf } from './events';
import type { StepView } from './view';

/** The NIP that a step was planned with. @throws Error for a step without one: a bug. */
export function policyOf({ key, settings }: Pick<StepView, 'key' | 'settings'>): NipPolicy {
  const nip = (settings as { nip?: unknown } | null)?.nip;
  if (nip === undefined) throw new Error(`a step ${key} has no NIP`);
  return nip as NipPolicy;
}

/** Folds an event of a code into its step; a step without a NIP stays as it is. */
export function evolveNip(step: StepView, event: EventOf<LadderEventType>): StepView {
  if (step.nip === undefined && !hasPolicy(step)) return step;
  const nip = step.nip ?? newLadder(policyOf(step));
  return { ...step, nip: evolveLadder(nip, event as LadderEvent, event.at) };
}

function hasPolicy({ settings }: Pick<StepView, 'settings'>): boolean {
  return typeof settings === 'object' && settings !== null && 'nip' in settings;
}
