/**
 * Delivers webhooks from a worker process. Pending webhooks, due times and leases are all stored in MongoDB, so that
 * any process can continue the work of another.
 */
import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import type { RunRef } from '../store/account-scope';
import { endpointKey, type WebhookQueue } from '../store/webhooks/webhook-queues';
import { DeliveryWorker, LEASE_MS, type DeliveryWorkerDependencies } from './delivery-worker';
import { CircuitBreaker } from './circuit-breaker';
import { DeliverySlots } from './delivery-slots';
import { OutboxRelay, type OutboxRelayDependencies, type NotifiedRun } from './outbox-relay';
import { GIVE_UP_MS } from './retry';
import { selectInTurn } from './select-in-turn';

export type DispatcherDependencies = DeliveryWorkerDependencies & OutboxRelayDependencies;

/** Interval of checks for work that no notification announced, in milliseconds. */
const POLL_MS = 1_000;
/** Delay before asking Temporal: the task that stored the webhook completes a moment later. In milliseconds. */
const NOTIFIED_PAUSE_MS = 15;
/** Maximum notifications in memory; polling finds the rest. */
const MAX_NOTIFIED = 1_000;
/** Notified runs that are relayed together. */
const AT_ONCE = 100;
const SWEEP_MS = 10 * 60_000;
/** Time for work in progress when the process stops, in milliseconds. */
const GRACE_MS = 3_000;

export class WebhookDispatcher {
  private readonly owner = randomUUID();
  private readonly relay: OutboxRelay;
  private readonly deliveryWorker: DeliveryWorker;
  private readonly circuits = new CircuitBreaker();
  private readonly slots = new DeliverySlots();
  private readonly active = new Set<Promise<void>>();
  /** Notified runs by uuid. */
  private readonly notified = new Map<string, NotifiedRun>();
  private readonly stopping = new AbortController();
  private readonly giveUp = new AbortController();
  private wake: () => void = () => undefined;
  private wakeAt = 0;
  private running: Promise<void> | undefined;
  private sweptAt = 0;
  /** True if due queues may be left that did not fit. */
  private hasMore = false;

  constructor(
    private readonly deps: DispatcherDependencies,
    private readonly clock: () => number = Date.now,
  ) {
    this.relay = new OutboxRelay(deps, clock);
    this.deliveryWorker = new DeliveryWorker(deps, clock);
  }

  start(): void {
    this.running ??= this.run();
  }

  /** Announces a run that may have pending webhooks, and checks it immediately. */
  notify({ uuid, account_uuid }: RunRef): void {
    const at = this.clock() + NOTIFIED_PAUSE_MS;
    if (this.notified.size < MAX_NOTIFIED) this.notified.set(uuid, { uuid, account_uuid, at });
    this.wakeBy(NOTIFIED_PAUSE_MS);
  }

  /** Accepts no more work. Resolves when work in progress is done, or interrupted for others to repeat. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    const grace = setTimeout(() => {
      this.giveUp.abort();
    }, GRACE_MS);
    await this.idle();
    clearTimeout(grace);
  }

  /** Resolves when no work is in progress. */
  async idle(): Promise<void> {
    while (this.active.size > 0) await Promise.all(this.active);
  }

  /** Relays pending webhooks and starts due queues, up to the limits. */
  async runOnce(): Promise<void> {
    await this.relayPending();
    await this.sweep();
    this.hasMore = true;
    const due = new Set(await this.deps.webhookQueues.dueAccounts(new Date(this.clock())));
    let isHeldBack = false;
    while (!this.slots.isFull && !this.stopping.signal.aborted) {
      const account = this.slots.nextOf(due);
      if (account === undefined) break;
      const except = this.closedTo(account);
      const queue = await this.claim(account, except);
      if (queue !== null) this.begin(queue);
      else {
        due.delete(account);
        isHeldBack ||= except.length > 0;
      }
    }
    this.hasMore = isHeldBack || due.size > 0;
  }

  private claim(account_uuid: string, except: readonly string[]): Promise<WebhookQueue | null> {
    const now = new Date(this.clock());
    const claim = { account_uuid, now, leaseMs: LEASE_MS, except };
    return this.deps.webhookQueues.claim(this.owner, claim);
  }

  /** Returns the keys of receivers that must not be called for an account now. */
  private closedTo(account: string): string[] {
    const open = this.circuits.openCircuits(this.clock());
    const full = this.slots
      .fullOrigins()
      .flatMap((origin) =>
        (['live', 'test'] as const).map((mode) => endpointKey(account, mode, origin)),
      );
    return [...open.filter((endpoint) => endpoint.startsWith(`${account}/`)), ...full];
  }

  private async run(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      this.wakeAt = performance.now() + POLL_MS;
      try {
        await this.runOnce();
      } catch (error) {
        this.log().warn({ err: error }, 'webhooks wait: the database could not be asked');
      }
      await this.pause();
    }
  }

  private async relayPending(): Promise<void> {
    const now = this.clock();
    const due = selectInTurn(
      [...this.notified.values()].filter(({ at }) => at <= now),
      AT_ONCE,
    );
    for (const { uuid } of due) this.notified.delete(uuid);
    for (const [uuid, run] of await this.relay.relay(due)) this.notified.set(uuid, run);
    const next = Math.min(...[...this.notified.values()].map(({ at }) => at));
    this.wakeBy(next - this.clock());
  }

  private begin(queue: WebhookQueue): void {
    this.circuits.enter(queue.endpoint);
    this.slots.enter(queue);
    const work = this.work(queue).finally(() => {
      this.circuits.leave(queue.endpoint);
      this.slots.leave(queue);
      this.active.delete(work);
      if (this.hasMore) this.wakeBy(0);
    });
    this.active.add(work);
  }

  private async work(queue: WebhookQueue): Promise<void> {
    const { endpoint, mode } = queue;
    try {
      const left = await this.deliveryWorker.deliverQueue(queue, this.giveUp.signal);
      // Tests of integrators fail on purpose, so test mode has no circuit breaker.
      if (left === 'failed' && mode === 'live') this.circuits.failed(endpoint, this.clock());
      if (left === 'done' && this.circuits.succeeded(endpoint)) {
        await this.deps.webhookQueues.retryEndpointNow(queue, new Date(this.clock()));
      }
    } catch (error) {
      // Another attempt follows when its lease expires.
      this.log().warn(
        { err: error, queue: queue._id },
        'a webhook queue failed: it is retried when its lease expires',
      );
    }
  }

  /** Parks the deliveries of receivers with an open circuit an hour after their time. */
  private async sweep(): Promise<void> {
    const now = this.clock();
    if (now < this.sweptAt + SWEEP_MS) return;
    this.sweptAt = now;
    await this.deps.webhookDeliveries.parkStale(now - GIVE_UP_MS - 60 * 60_000, 'receiver_down');
    this.deps.meter.queued(await this.deps.webhookQueues.count());
  }

  private wakeBy(inMs: number): void {
    const at = performance.now() + Math.max(0, inMs);
    if (at >= this.wakeAt) return;
    this.wakeAt = at;
    this.wake();
  }

  private async pause(): Promise<void> {
    while (!this.stopping.signal.aborted) {
      const left = this.wakeAt - performance.now();
      if (left <= 0) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  private log(): Logger {
    return this.deps.logger;
  }
}
