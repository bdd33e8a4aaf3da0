/** The webhook dispatcher over the database of a test's API, with a movable clock. */
import { noopMetricMeter } from '@temporalio/common';
import { OutboundGuard } from '../../src/platform/outbound/guard';
import { TIMEOUT_MS } from '../../src/platform/outbound/post';
import { WebhookDispatcher } from '../../src/webhooks/dispatcher';
import { WebhookMetrics } from '../../src/webhooks/webhook-metrics';
import type { RunTasks } from '../../src/webhooks/outbox-relay';
import type { TestApi } from './api';

/** Other processes leave fresh entries for a second to the process that stored them. */
const BEHIND_MS = 2_000;

/** A delivery as the API presents it. */
export interface DeliveryJson {
  uuid: string;
  sequence: number;
  status: string;
  attempts: number;
  fault: string | null;
  status_code: number | null;
  latency_ms: number | null;
  answer: string | null;
  next_try_at: string | null;
  callback_url: string;
  body: string;
}

/** Returns a run's deliveries, oldest first. */
export async function deliveriesOf(api: TestApi, uuid: string): Promise<DeliveryJson[]> {
  const address = `/v1/webhook-deliveries?workflow_uuid=${uuid}&per_page=100`;
  const { body } = await api.call<{ data: DeliveryJson[] }>(address);
  return body.result.data.reverse();
}

export class Deliverer {
  /** Offset of the clock, in milliseconds. */
  ahead = BEHIND_MS;
  readonly tasks = {
    isCompleted: jest.fn<Promise<boolean>, [string, number]>(() => Promise.resolve(true)),
    reconcile: jest.fn<Promise<void>, [string]>(() => Promise.resolve()),
  } satisfies RunTasks;
  readonly dispatcher: WebhookDispatcher;

  /** `timeoutMs`: time limit of a receiver. */
  constructor(api: TestApi, { timeoutMs = TIMEOUT_MS } = {}) {
    this.dispatcher = new WebhookDispatcher(
      {
        ...api.deps,
        guard: new OutboundGuard({ loopback: true, networks: [] }),
        timeoutMs,
        meter: new WebhookMetrics(noopMetricMeter),
        tasks: this.tasks,
      },
      () => Date.now() + this.ahead,
    );
  }

  /** Delivers everything that is due; resolves when no work is in progress. */
  async deliver(): Promise<void> {
    await this.dispatcher.runOnce();
    await this.dispatcher.idle();
    await this.dispatcher.runOnce();
    await this.dispatcher.idle();
  }

  /** Moves the clock forward in steps, delivering at each. */
  async skip(minutes: number, steps = 1): Promise<void> {
    for (let step = 0; step < steps; step++) {
      this.ahead += (minutes * 60_000) / steps;
      await this.deliver();
    }
  }
}
