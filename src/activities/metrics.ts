/** Metrics of runs for Prometheus, through the SDK's own endpoint. Labels hold no ids and no personal data. */
import { metricMeter } from '@temporalio/activity';
import type { ProjectionBatch } from '../domain/run/projection-batch';

/** Counts an attempt to store events that MongoDB will never accept. */
export function countRefusedProjection(cause: string): void {
  const refused = metricMeter.createCounter(
    'cerciora_projections_refused',
    'attempts',
    'Attempts to store events of runs that MongoDB refuses for good',
  );
  refused.add(1, { cause });
}

/** Counts the events of a batch by type. `run_*` events count the starts and ends of runs. */
export function countEvents({ items, view }: ProjectionBatch): void {
  const events = metricMeter.createCounter(
    'cerciora_run_events',
    'events',
    'Events of runs as they reach MongoDB',
  );
  for (const { event } of items) events.add(1, { type: event.type, mode: view.mode });
}
