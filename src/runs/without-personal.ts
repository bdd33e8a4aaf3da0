import type { NumberedEvent } from './events';

/**
 * An event as it stays when the personal data of its run were erased: masked destinations and keyed hashes, by which a
 * person could be found again, are gone. All else in an event is proof: what happened, when, and who did it.
 */
export function withoutPersonal(event: NumberedEvent): NumberedEvent {
  if (event.type === 'destinations_fixed') {
    const { submission_id } = event.data;
    const nowhere = { phone: null, email: null };
    return { ...event, data: { submission_id, ...nowhere, hashes: nowhere } };
  }
  if (event.type !== 'run_created' || event.data.hashes === undefined) return event;
  return {
    ...event,
    data: { ...event.data, hashes: { reference: null, phone: null, email: null } },
  };
}
