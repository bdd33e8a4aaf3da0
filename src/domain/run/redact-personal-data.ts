import { STEP_EVENTS } from '../../steps/events';
import type { NumberedEvent } from './events';
import { eventsOf, isStepEvent, type StepEvents } from './step-events';

/**
 * Returns an event without personal data, for the erasure of its run: without keyed hashes of the person, without the
 * query of the callback address, and without the data that its step type declares as personal. The rest proves what
 * happened, when, and who did it.
 */
export function redactPersonalData(
  event: NumberedEvent,
  modules: readonly StepEvents[] = STEP_EVENTS,
): NumberedEvent {
  if (isStepEvent(event, modules)) {
    return eventsOf(event, modules).withoutPersonal?.(event) ?? event;
  }
  if (event.type !== 'run_created') return event;
  const { hashes, settings } = event.data;
  const callback_url = settings.callback_url && withoutQuery(settings.callback_url);
  const redacted = { ...event.data, settings: { ...settings, callback_url } };
  if (hashes === undefined) return { ...event, data: redacted };
  return { ...event, data: { ...redacted, hashes: { reference: null, phone: null, email: null } } };
}

/** Returns an address without query and fragment, which often name a person or hold a secret. */
function withoutQuery(url: string): string {
  return url.replace(/[?#].*$/s, '');
}
