/** Stores events of a run directly, for reads of states that take long to reach. The run's workflow lacks them. */
import type { OtpEvent } from '../../src/domain/otp/events';
import type { Actor, EventData, EventType, NumberedEvent } from '../../src/domain/run/events';
import type { RunStore } from '../../src/store/runs/runs';
import { batchOf } from './store';

/** An event of a run, without number and time. */
export type Draft = (
  { [Type in EventType]: { type: Type; data: EventData[Type] } }[EventType] | OtpEvent
) & { actor: Actor; step_uuid?: string };

/** Stores `drafts` as the next events of a run, at the time `at` in milliseconds since the epoch. */
export async function stageEvents(
  runs: RunStore,
  { uuid, at = Date.now() }: { uuid: string; at?: number },
  ...drafts: Draft[]
): Promise<void> {
  const stored = await runs.findWithEvents(uuid);
  if (stored === null) throw new Error(`run ${uuid} was not stored`);
  const events = drafts.map((draft, index) => {
    const { step_uuid = null, ...rest } = draft;
    return { ...rest, step_uuid, number: stored.number + index + 1, at } as NumberedEvent;
  });
  await runs.project(batchOf(stored.view, events, { task_time: at }));
}
