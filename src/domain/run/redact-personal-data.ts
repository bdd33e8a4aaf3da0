import { STEP_EVENTS } from '../../steps/events';
import type { NumberedEvent } from './events';
import { eventsOf, isStepEvent, type StepEvents } from './step-events';

/**
 * Returns an event as it stays when the personal data of its run are erased: without keyed hashes by which a person
 * could be found again, and without what its step type declares as personal. All else proves what happened, when, and
 * who did it.
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
