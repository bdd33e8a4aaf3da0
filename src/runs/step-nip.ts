/** A step that sends codes: its policy, and its NIP as its events add up. */
import type { LadderEvent, LadderEventType } from '../nips/events';
import type { NipPolicy } from '../nips/policy';
import { evolveLadder, newLadder } from '../nips/state';
import type { EventOf } from './events';
import type { StepView } from './view';

/** The NIP that a step was planned with. @throws Error for a step without one: a bug. */
export function policyOf(step: Pick<StepView, 'key' | 'settings'>): NipPolicy {
  const policy = plannedPolicy(step);
  if (policy === undefined) throw new Error(`a step ${step.key} has no NIP`);
  return policy;
}

/** True of a step that sends its first code without asking anybody anything. */
export function sendsUnasked(step: Pick<StepView, 'settings'>): boolean {
  const { asks_for = null } = (step.settings ?? {}) as { asks_for?: string | null };
  return plannedPolicy(step) !== undefined && asks_for === null;
}

/** Whether a step sends codes. */
export function hasNip(step: Pick<StepView, 'settings'>): boolean {
  return plannedPolicy(step) !== undefined;
}

/** Folds an event of a code into its step; a step without a NIP stays as it is. */
export function evolveNip(step: StepView, event: EventOf<LadderEventType>): StepView {
  const policy = plannedPolicy(step);
  if (policy === undefined) return step;
  const nip = step.nip ?? newLadder(policy);
  return { ...step, nip: evolveLadder(nip, event as LadderEvent, event.at) };
}

function plannedPolicy({ settings }: Pick<StepView, 'settings'>): NipPolicy | undefined {
  return (settings as { nip?: NipPolicy } | null)?.nip;
}
