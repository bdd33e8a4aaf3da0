/**
 * Lists the webhooks that a batch of events causes, numbered. Pure, so that a repeated projection causes the same ones.
 */
import { listWebhookChanges, type WebhookChange } from './webhook-changes';
import type { NumberedEvent } from './events';
import { STEP_EVENTS } from '../../steps/events';
import type { StepEvents } from './step-events';
import { evolve, type RunView } from './view';

/** A pending webhook, in the run's order. Its payload is the fold of the run's events up to `number`. */
export interface OutboxEntry extends WebhookChange {
  sequence: number;
  number: number;
}

/** Folds events onto a view and lists the webhooks that they cause, numbered in the run's sequence. */
export function foldWithWebhooks(
  start: RunView | null,
  events: readonly NumberedEvent[],
  modules: readonly StepEvents[] = STEP_EVENTS,
): { view: RunView; entries: OutboxEntry[] } {
  let view = start;
  const entries: OutboxEntry[] = [];
  for (const event of events) {
    const next = evolve(view, event, modules);
    const sequence = view?.sequence ?? 0;
    listWebhookChanges(view, next).forEach((delivery, index) => {
      entries.push({ ...delivery, sequence: sequence + index + 1, number: event.number });
    });
    view = next;
  }
  if (view === null) throw new Error('nothing to fold');
  return { view, entries };
}
