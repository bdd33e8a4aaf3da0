/**
 * Attaches a run's pending events to an activity that is about to start, which stores them first (docs/decisions/0014).
 * Used for the first code of a run: it saves one projection write, so a run with a code costs 8 actions, or 12 with
 * receipts. The rest of the engine only calls `attachPendingEvents` and `confirmAttached`.
 */
import { condition, scheduleActivity } from '@temporalio/workflow';
import type { NumberedEvent } from '../../domain/run/events';
import type { BackgroundCall, PendingEvents, Stored, StoringActivity } from '../../steps/contract';
import type { Result } from '../step-work/background-calls';
import { isRunGone, optionsUntil, RUN_GONE } from '../step-work/step-calls';

/** Owner of the pending events: the run's projection publisher. */
export interface EventSource {
  readonly isEmpty: boolean;
  /** Returns the events so far. Later events are published as usual, together with these. */
  attachPendingEvents(): PendingEvents;
  /** Call when the activity has ended. Publishes the events that it did not store. */
  confirmAttached(pending: PendingEvents, stored: boolean): void;
}

export interface CallingRun {
  readonly now: number;
  readonly isOver: boolean;
  readonly publisher: EventSource;
}

/** Starts a background call with the pending events attached. */
export async function callWithPendingEvents<Input, Output>(
  run: CallingRun,
  call: BackgroundCall<Input, Output>,
  storing: StoringActivity<Input, Output>,
): Promise<Result> {
  const pending = run.publisher.attachPendingEvents();
  const confirmAs = (stored: boolean) => () => {
    run.publisher.confirmAttached(pending, stored);
  };
  const options = optionsUntil(call, run.now, [RUN_GONE]);
  try {
    const args = [call.input, pending];
    const { output, stored } = await scheduleActivity<Stored<Output>>(storing.name, args, options);
    return { output, confirm: confirmAs(stored) };
  } catch (error) {
    const confirm = confirmAs(false);
    if (!isRunGone(error)) return { output: call.otherwise, confirm };
    return { again: () => callOnceStored(run, call), confirm };
  }
}

/** Repeats the call without events: the API died before it stored the run. */
async function callOnceStored<Input, Output>(
  run: CallingRun,
  call: BackgroundCall<Input, Output>,
): Promise<Result> {
  await condition(() => run.publisher.isEmpty);
  if (run.isOver || call.until <= run.now) return { output: call.otherwise };
  return callInBackground(run, call);
}

/** Starts a background call on its own. */
export async function callInBackground<Input, Output>(
  run: Pick<CallingRun, 'now'>,
  call: BackgroundCall<Input, Output>,
): Promise<Result> {
  const options = optionsUntil(call, run.now);
  const { name } = call.activity;
  const calling = scheduleActivity<Output>(name, [call.input], options);
  return { output: await calling.catch(() => call.otherwise) };
}

/** Records which events are attached to a running activity. */
export class AttachedEvents {
  private last = 0;

  /** Returns true if all events up to this number are attached. */
  includes(number: number): boolean {
    return number <= this.last;
  }

  /** Attaches the events after number `after`, except event 1, which the API stores. */
  attach(after: number, events: readonly NumberedEvent[], task_time: number): PendingEvents {
    this.last = after + events.length;
    return {
      after: Math.max(1, after),
      events: events.filter(({ number }) => number > 1),
      task_time,
    };
  }

  /** Ends the attachment. Returns the number of the last event that the activity stored, or 0. */
  confirm({ after, events }: PendingEvents, stored: boolean): number {
    this.last = 0;
    return stored ? (events.at(-1)?.number ?? after) : 0;
  }
}
