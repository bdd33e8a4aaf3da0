import type { NumberedEvent } from '../runs/events';
import { timestamp } from '../runs/timestamps';

/**
 * An entry of the timeline. Creation tells the planned steps and not the settings: those are the run's own fields. What
 * a code is compared by is told to nobody.
 */
export function presentEvent(event: NumberedEvent) {
  const { number, at, type, actor, step_uuid } = event;
  return { number, at: timestamp(at), type, actor, step_uuid, data: dataOf(event) };
}

function dataOf(event: NumberedEvent): object {
  if (event.type === 'code_issued') {
    const { order, issue, expires_at } = event.data;
    return { order, issue, expires_at: timestamp(expires_at) };
  }
  if (event.type === 'send_answered') {
    const { silent_at: _silent, ...data } = event.data;
    return data;
  }
  if (event.type === 'destinations_fixed') {
    const { phone, email } = event.data;
    return { phone, email };
  }
  if (event.type !== 'run_created') return event.data;
  return {
    steps: event.data.steps.map(({ uuid, key, custom_id }) => ({ uuid, step: key, custom_id })),
  };
}
