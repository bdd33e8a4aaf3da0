/** Processes one queue: a run's open deliveries, one after another, until one has to wait. */
import type { Logger } from 'pino';
import { webhookHeaders } from '../platform/crypto/webhook-signature';
import type { OutboundGuard } from '../platform/outbound/guard';
import { sendPost, type PostResult } from '../platform/outbound/post';
import { buildWebhookPayload, buildTestPayload } from '../presentation/present-webhook';
import { isStoreUnavailable } from '../store/connection';
import type { PendingWebhookStore } from '../store/webhooks/pending-webhooks';
import type { RunKeyStore } from '../store/runs/run-keys';
import type {
  AttemptResult,
  WebhookDeliveryStore,
  WebhookDelivery,
} from '../store/webhooks/webhook-deliveries';
import {
  queueRefOf,
  runRefOf,
  type WebhookQueue,
  type WebhookQueueStore,
} from '../store/webhooks/webhook-queues';
import type { WebhookSecrets } from '../store/webhooks/webhook-secrets';
import type { WebhookMetrics } from './webhook-metrics';
import { describeResponse, faultOf, isSuccess } from './receiver-response';
import type { QueueResult, Visit } from './queue-visit';
import { nextAttemptDelay } from './retry';

export interface DeliveryWorkerDependencies {
  pendingWebhooks: PendingWebhookStore;
  runKeys: RunKeyStore;
  webhookDeliveries: WebhookDeliveryStore;
  webhookQueues: WebhookQueueStore;
  webhookSecrets: WebhookSecrets;
  guard: OutboundGuard;
  /** Time limit of a receiver, in milliseconds; default: that of `post`. */
  timeoutMs?: number;
  meter: WebhookMetrics;
  logger: Logger;
}

/** Deliveries read from a queue at a time. */
const BATCH = 50;
/** Lease of a queue, in milliseconds: covers one attempt and its preparation. The process renews it. */
export const LEASE_MS = 20_000;
/** Age of the lease in milliseconds from which it is renewed before an attempt. */
const SIGN_MS = 4_000;
/** Time after which a long queue makes room for others, in milliseconds. */
const WORK_MS = 60_000;
/** Delay of a queue whose run can't be read, in milliseconds. */
const BROKEN_PAUSE_MS = 60_000;
/**
 * Delay of a queue after a short outage of MongoDB, in milliseconds. Results that could not be stored are sent again.
 */
const AWAY_PAUSE_MS = 1_000;

export class DeliveryWorker {
  constructor(
    private readonly deps: DeliveryWorkerDependencies,
    private readonly clock: () => number = Date.now,
  ) {}

  /** Delivers a queue. `signal` stops it at once; an interrupted attempt will be repeated. */
  async deliverQueue(queue: WebhookQueue, signal: AbortSignal): Promise<QueueResult> {
    const signed = performance.now();
    const visit = await this.begin(queue, { signal, signed, ends: signed + WORK_MS });
    try {
      return await this.deliverAll(visit);
    } catch (error) {
      const isAway = isStoreUnavailable(error);
      const level = isAway ? 'warn' : 'error';
      this.deps.logger[level]({ err: error, queue: queue._id }, 'webhooks could not be delivered');
      await this.release(visit, this.clock() + (isAway ? AWAY_PAUSE_MS : BROKEN_PAUSE_MS));
      return 'interrupted';
    }
  }

  private async begin(
    queue: WebhookQueue,
    limits: Pick<Visit, 'signal' | 'ends' | 'signed'>,
  ): Promise<Visit> {
    const { account_uuid, failures } = queue;
    const secrets = await this.deps.webhookSecrets.find(account_uuid);
    if (secrets.length === 0) throw new Error(`account ${account_uuid} has no webhook secret`);
    return { queue, secrets, failures, source: null, delivered_at: null, ...limits };
  }

  private async deliverAll(visit: Visit): Promise<QueueResult> {
    const { webhookDeliveries } = this.deps;
    const { queue } = visit;
    for (;;) {
      const open = await webhookDeliveries.open(queueRefOf(queue), BATCH);
      if (open.length === 0) {
        // The process that sent the last one may have died before recording it.
        visit.delivered_at ??= await webhookDeliveries.lastDelivered(queueRefOf(queue));
        await this.finish(visit);
        return visit.failures === 0 ? 'done' : 'failed';
      }
      if (!(await this.load(visit))) {
        await webhookDeliveries.parkOpen(queueRefOf(queue), 'run_gone');
        await this.finish(visit);
        return 'done';
      }
      for (const delivery of open) {
        const left = await this.deliver(visit, delivery);
        if (left !== null) return left;
      }
    }
  }

  /**
   * Reads the run again after reading its deliveries: it may have new events, and uncommitted ones may have been
   * replaced. Returns false if the run was deleted.
   */
  private async load(visit: Visit): Promise<boolean> {
    const { pendingWebhooks, runKeys } = this.deps;
    const ref = runRefOf(visit.queue);
    if (ref === null) return true;
    const [run, key] = await Promise.all([pendingWebhooks.load(ref), runKeys.find(ref)]);
    if (run !== null) visit.source = { run, key };
    return run !== null;
  }

  /** Sends a delivery. Returns null if the next one may follow. */
  private async deliver(visit: Visit, delivery: WebhookDelivery): Promise<QueueResult | null> {
    if (visit.signal.aborted || performance.now() > visit.ends) {
      await this.release(visit, this.clock());
      return 'interrupted';
    }
    if (!(await this.isLeaseValid(visit))) return 'interrupted';
    const posted = await this.send(visit, delivery);
    if (posted.kind === 'failed' && posted.failure === 'stopped') {
      await this.release(visit, this.clock());
      return 'interrupted';
    }
    if (isSuccess(posted)) return this.recordDelivered(visit, delivery, posted);
    if (posted.kind === 'answered' && posted.status === 410) {
      return this.recordGone(visit, delivery, posted);
    }
    return this.recordFailure(visit, delivery, posted);
  }

  private send({ queue, source, secrets, signal }: Visit, delivery: WebhookDelivery) {
    const body =
      source === null
        ? buildTestPayload(delivery)
        : buildWebhookPayload(source.run, source.key, delivery);
    const signable = { id: delivery._id, timestamp: Math.floor(this.clock() / 1_000), body };
    const headers = webhookHeaders(secrets, signable, delivery.sequence);
    const { guard, timeoutMs } = this.deps;
    const patience = timeoutMs === undefined ? {} : { timeoutMs };
    return sendPost(guard, { url: queue.url, headers, body, signal, ...patience });
  }

  private async recordDelivered(
    visit: Visit,
    delivery: WebhookDelivery,
    posted: PostResult,
  ): Promise<null> {
    const at = new Date(this.clock());
    await this.recordAttempt(visit, delivery, posted, { status: 'delivered', delivered_at: at });
    visit.failures = 0;
    visit.delivered_at = at;
    return null;
  }

  /** Handles 410 (Gone): parks the pending deliveries and all later ones. */
  private async recordGone(
    visit: Visit,
    delivery: WebhookDelivery,
    posted: PostResult,
  ): Promise<QueueResult> {
    const { pendingWebhooks, webhookDeliveries } = this.deps;
    const { queue } = visit;
    const run = runRefOf(queue);
    if (run !== null) await pendingWebhooks.recordResult(run, { webhooks_gone: true });
    await this.recordAttempt(visit, delivery, posted, { status: 'parked' });
    await webhookDeliveries.parkOpen(queueRefOf(queue), 'gone');
    await this.finish(visit);
    return 'done';
  }

  private async recordFailure(
    visit: Visit,
    delivery: WebhookDelivery,
    posted: PostResult,
  ): Promise<QueueResult | null> {
    visit.failures += 1;
    // Offset of the run's clock.
    const offset = visit.source?.run.view.clock_offset ?? 0;
    const now = this.clock() + offset;
    const retry_after = posted.kind === 'answered' ? posted.retry_after : null;
    const wait = { failures: visit.failures, since: delivery.since, now, retry_after };
    // A test event has a single attempt.
    const next = visit.source === null ? null : nextAttemptDelay(wait);
    if (next === null) {
      await this.recordAttempt(visit, delivery, posted, { status: 'parked' });
      return null;
    }
    const due = next - offset;
    await this.recordAttempt(visit, delivery, posted, {
      status: 'retrying',
      next_try_at: new Date(due),
    });
    await this.release(visit, due, next);
    return 'failed';
  }

  private async recordAttempt(
    { queue, source }: Visit,
    delivery: WebhookDelivery,
    posted: PostResult,
    outcome: Pick<AttemptResult, 'status'> & Partial<AttemptResult>,
  ): Promise<void> {
    const { webhookDeliveries, meter, logger } = this.deps;
    const tried: AttemptResult = {
      ...{ next_try_at: null, delivered_at: null },
      last_try_at: new Date(this.clock()),
      fault: faultOf(posted),
      status_code: posted.kind === 'answered' ? posted.status : null,
      latency_ms: posted.took_ms,
      answer: describeResponse(source, delivery, posted),
      ...outcome,
    };
    await webhookDeliveries.recordAttempt(delivery, tried);
    const { status, fault, latency_ms } = tried;
    meter.tried(queue.mode, status, { fault, took_ms: posted.took_ms });
    const level = status === 'delivered' ? 'debug' : status === 'parked' ? 'warn' : 'info';
    const { run_uuid, sequence } = delivery;
    const ids = { run_uuid, webhook_uuid: delivery._id, sequence };
    logger[level]({ ...ids, status, fault, latency_ms }, 'a webhook was tried');
  }

  /** Returns true if this process still has the lease. It may have lost it while it was frozen. */
  private async isLeaseValid(visit: Visit): Promise<boolean> {
    if (performance.now() < visit.signed + SIGN_MS) return true;
    visit.signed = performance.now();
    // Data erased since the last renewal must not be sent.
    await this.load(visit);
    return this.deps.webhookQueues.renewLease(visit.queue, new Date(this.clock() + LEASE_MS));
  }

  private async finish(visit: Visit): Promise<void> {
    await this.recordOnRun(visit);
    await this.deps.webhookQueues.finish(visit.queue, new Date(this.clock()));
  }

  private async recordOnRun({ queue, delivered_at }: Visit): Promise<void> {
    const run = runRefOf(queue);
    if (run === null || delivered_at === null) return;
    await this.deps.pendingWebhooks.recordResult(run, { callback_at: delivered_at });
  }

  private async release(visit: Visit, due: number, next: number | null = null): Promise<void> {
    await this.recordOnRun(visit);
    const { queue, failures } = visit;
    const later = { due_at: new Date(due), failures, next_try: next };
    await this.deps.webhookQueues.release(queue, later);
  }
}
