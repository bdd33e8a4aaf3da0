/** Prometheus metrics of webhooks, through the SDK's own endpoint. Labels contain no ids and no addresses. */
import type { MetricMeter } from '@temporalio/common';
import type { Mode } from '../domain/run/events';

/** Upper bounds in milliseconds, up to the time limit of a receiver. */
export const WEBHOOK_BUCKETS = {
  cerciora_webhook_latency: [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000, 15_000],
};

export class WebhookMetrics {
  private readonly tries;
  private readonly took;
  private readonly waiting;

  constructor(meter: MetricMeter) {
    this.tries = meter.createCounter(
      'cerciora_webhook_tries',
      'tries',
      'Tries to deliver a webhook by what became of it',
    );
    this.took = meter.createHistogram(
      'cerciora_webhook_latency',
      'int',
      'ms',
      'Time until a receiver answered or was given up',
    );
    this.waiting = meter.createGauge(
      'cerciora_webhook_queues',
      'int',
      'runs',
      'Runs that have webhooks waiting',
    );
  }

  tried(
    mode: Mode,
    status: string,
    { fault, took_ms }: { fault: string | null; took_ms: number },
  ): void {
    this.tries.add(1, { mode, status, fault: fault ?? 'none' });
    this.took.record(took_ms, { mode });
  }

  queued(count: number): void {
    this.waiting.set(count);
  }
}
