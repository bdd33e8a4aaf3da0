/** A step that sends codes: its policy, and where its codes stand. For all who read such a step. */
import type { OtpEvent, OtpEventData } from '../../../domain/otp/events';
import type { NipPolicy } from '../../../domain/otp/policy';
import type { OtpState } from '../../../domain/otp/state';
import type { NumberedEvent, StepEvent } from '../../../domain/run/events';
import type { StepView } from '../../../domain/run/run-view';
import { CODE_EVENT_TYPES } from './event-types';

/** Data that the API prepares for a code that is sent as soon as its run begins. */
export interface PreparedCode {
  destinations: OtpEventData['destinations_fixed'];
  order: number;
  issue: number;
  key_id: string;
  digest: string;
}

/** Returns the NIP that a step was planned with. @throws Error for a step without one: a bug. */
export function policyOf(step: Pick<StepView, 'key' | 'settings'>): NipPolicy {
  const policy = plannedPolicy(step);
  if (policy === undefined) throw new Error(`a step ${step.key} has no NIP`);
  return policy;
}

/** Returns true for a step that sends its first code without asking anybody anything. */
export function startsWithoutInput(step: Pick<StepView, 'settings'>): boolean {
  return plannedPolicy(step) !== undefined && askedFirst(step) === null;
}

/** Returns what a step that sends codes asks for before its first code; null: nothing. */
export function askedFirst({ settings }: Pick<StepView, 'settings'>): AskedFirst | null {
  return (settings as { asks_for?: AskedFirst | null } | null)?.asks_for ?? null;
}

type AskedFirst = 'phone' | 'email' | 'consent';

/** Returns true for a step that sends codes. */
export function hasNip(step: Pick<StepView, 'settings'>): boolean {
  return plannedPolicy(step) !== undefined;
}

/** Returns the NIP that a step was planned with; undefined for a step that sends no codes. */
export function plannedPolicy({ settings }: Pick<StepView, 'settings'>): NipPolicy | undefined {
  return (settings as { nip?: NipPolicy } | null)?.nip;
}

/**
 * Returns where a step's codes stand; undefined before its first event and for a step that sends none. The cast holds
 * because only this module's events change the state of a step with a NIP.
 */
export function otpStateOf(
  step: Pick<StepView, 'settings' | 'state'> | undefined,
): OtpState | undefined {
  if (step?.state === undefined || !hasNip(step)) return undefined;
  return step.state as OtpState;
}

/**
 * Returns an event as one of this module's, typed; null for any other. The cast holds because these names are declared
 * by this module alone.
 */
export function codeEventOf(event: NumberedEvent): OtpEvent | null {
  return CODE_EVENT_TYPES.includes(event.type) ? asCodeEvent(event as StepEvent) : null;
}

/** Reads an event whose type this module declares. */
export function asCodeEvent({ type, data }: StepEvent): OtpEvent {
  return { type: type as string, data } as OtpEvent;
}
