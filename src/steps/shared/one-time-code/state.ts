/** Reads a step that sends codes: its policy and the state of its codes. */
import type { OtpEvent, OtpEventData } from '../../../domain/otp/events';
import type { NipPolicy } from '../../../domain/otp/policy';
import type { OtpState } from '../../../domain/otp/state';
import type { NumberedEvent, StepEvent } from '../../../domain/run/events';
import type { StepView } from '../../../domain/run/run-view';
import { CODE_EVENT_TYPES } from './event-types';

/** Data that the API prepares for a code that is sent as soon as its run starts. */
export interface PreparedCode {
  destinations: OtpEventData['destinations_fixed'];
  order: number;
  issue: number;
  key_id: string;
  digest: string;
}

/** Returns the NIP of a step. @throws Error for a step without one: a bug. */
export function policyOf(step: Pick<StepView, 'key' | 'settings'>): NipPolicy {
  const policy = plannedPolicy(step);
  if (policy === undefined) throw new Error(`a step ${step.key} has no NIP`);
  return policy;
}

/** Returns true for a step that sends its first code without input of the person. */
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

/** Returns the NIP of a step; undefined for a step that sends no codes. */
export function plannedPolicy({ settings }: Pick<StepView, 'settings'>): NipPolicy | undefined {
  return (settings as { nip?: NipPolicy } | null)?.nip;
}

/**
 * Returns the state of a step's codes; undefined before its first event and for a step that sends none. The cast is
 * safe because only this module's events change the state of a step with a NIP.
 */
export function otpStateOf(
  step: Pick<StepView, 'settings' | 'state'> | undefined,
): OtpState | undefined {
  if (step?.state === undefined || !hasNip(step)) return undefined;
  return step.state as OtpState;
}

/**
 * Returns a typed event of this module; null for any other. The cast is safe because only this module declares these
 * names.
 */
export function codeEventOf(event: NumberedEvent): OtpEvent | null {
  return CODE_EVENT_TYPES.includes(event.type) ? asCodeEvent(event as StepEvent) : null;
}

/** Types an event of this module. */
export function asCodeEvent({ type, data }: StepEvent): OtpEvent {
  return { type: type as string, data } as OtpEvent;
}
