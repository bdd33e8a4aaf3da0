import type { NumberedEvent } from '../domain/run/events';
import { timestamp } from '../domain/run/timestamps';
import { codeEventOf } from '../steps/shared/one-time-code/state';

/**
 * Presents an entry of the timeline. Leaves out the settings of a creation, which are fields of the run, and the
 * digests of codes.
 */
export function presentEvent(event: NumberedEvent) {
  const { number, at, type, actor, step_uuid } = event;
  return { number, at: timestamp(at), type, actor, step_uuid, data: dataOf(event) };
}

function dataOf(event: NumberedEvent): object {
  const code = codeEventOf(event);
  if (code?.type === 'code_issued') {
    const { order, issue, expires_at } = code.data;
    return { order, issue, expires_at: timestamp(expires_at) };
  }
  if (code?.type === 'send_answered') {
    const { silent_at: _silent, ...data } = code.data;
    return data;
  }
  if (code?.type === 'destinations_fixed') {
    const { phone, email } = code.data;
    return { phone, email };
  }
  if (event.type !== 'run_created') return event.data;
  return {
    steps: event.data.steps.map(({ uuid, key, custom_id }) => ({ uuid, step: key, custom_id })),
  };
}
