import { STEP_EVENTS } from '../../steps/events';
import type { NumberedEvent } from './events';
import { eventsOf, isStepEvent, type StepEvents } from './step-events';

/**
 * Returns an event without personal data, for the erasure of its run: without keyed hashes of the person and without
 * the data that its step type declares as personal. The rest proves what happened, when, and who did it.
 */
export function redactPersonalData(
  event: NumberedEvent,
  modules: readonly StepEvents[] = STEP_EVENTS,
): NumberedEvent {
  if (isStepEvent(event, modules)) {
    return eventsOf(event, modules).withoutPersonal?.(event) ?? event;
  }
  if (event.type !== 'run_created' || event.data.hashes === undefined) return event;
  const hashes = { reference: null, phone: null, email: null };
  return { ...event, data: { ...event.data, hashes } };
}
