/** What Prometheus reads of the domain, through the SDK's own endpoint. Labels hold no ids and nobody's data. */
import { metricMeter } from '@temporalio/activity';
import type { BudgetReason } from '../channels/budgets';
import type { SendAnswer } from '../nips/messages';
import type { ProjectionBatch } from '../runs/projection-batch';
import type { SendOrder } from '../steps/contract';

/** Counts what a batch tells of a run, by type of event; `run_*` events are the runs' beginnings and ends. */
export function countEvents({ items, view }: ProjectionBatch): void {
  const events = metricMeter.createCounter(
    'cerciora_run_events',
    'events',
    'Events of runs as they reach MongoDB',
  );
  for (const { event } of items) events.add(1, { type: event.type, mode: view.mode });
}

/** Counts a message that was not sent because a budget had nothing left. */
export function countBudgetRefusal(budget: BudgetReason): void {
  metricMeter
    .createCounter('cerciora_budget_refusals', 'refusals', 'Messages beyond a budget')
    .add(1, { budget });
}

/** Counts a message by what its provider said to it. */
export function countSend(
  { channel, mode, kind }: Pick<SendOrder, 'channel' | 'mode'> & { kind: string },
  { status, error_code }: SendAnswer,
): void {
  metricMeter
    .createCounter('cerciora_sends', 'messages', 'Messages by what their provider said')
    .add(1, { channel, mode, kind, status, error: error_code ?? 'none' });
}
