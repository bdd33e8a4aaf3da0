import type { NumberedEvent } from '../../runs/events';
import { timestamp } from '../timestamps';

/** An entry of the timeline. Creation tells the planned steps and not the settings: those are the run's own fields. */
export function presentEvent(event: NumberedEvent) {
  const { number, at, type, actor, step_uuid } = event;
  return { number, at: timestamp(at), type, actor, step_uuid, data: dataOf(event) };
}

function dataOf(event: NumberedEvent): object {
  if (event.type !== 'run_created') return event.data;
  return {
    steps: event.data.steps.map(({ uuid, key, custom_id }) => ({ uuid, step: key, custom_id })),
  };
}
