/**
 * Creates webhook deliveries from the outbox. Only uses entries whose workflow task has completed; an earlier entry can
 * still be replaced when the task is retried (docs/decisions/0007, 0012).
 */
import { LRUCache } from 'lru-cache';
import type { Logger } from 'pino';
import type {
  PendingWebhookStore,
  RunWithPendingWebhooks,
} from '../store/webhooks/pending-webhooks';
import type { RunRef } from '../store/account-scope';
import type { RunErasure } from '../store/runs/run-erasure';
import type { WebhookDeliveryStore } from '../store/webhooks/webhook-deliveries';
import { queueRefOf, type WebhookQueueStore } from '../store/webhooks/webhook-queues';
import { buildDeliveries, buildQueue } from './build-deliveries';

/** Calls of the relay to Temporal. */
export interface RunTasks {
  /** Returns true if the task that wrote at `task_time` is completed, so that its entries are final. */
  isCompleted(runUuid: string, taskTime: number): Promise<boolean>;
  /** Makes the run publish its state again, which replaces uncommitted entries. */
  reconcile(runUuid: string): Promise<void>;
}

export interface OutboxRelayDependencies {
  pendingWebhooks: PendingWebhookStore;
  webhookDeliveries: WebhookDeliveryStore;
  webhookQueues: WebhookQueueStore;
  runErasure: Pick<RunErasure, 'listBegun'>;
  tasks: RunTasks;
  logger: Logger;
}

/** Runs that are relayed together. */
const BATCH = 100;
/** The process that stored an entry is notified; others wait this long before they handle it, in milliseconds. */
const HEAD_START_MS = 1_000;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 60 * 60_000;
/**
 * A task takes at most 3 s before Temporal retries it. One that isn't completed after this time may never be, in
 * milliseconds.
 */
const DOUBT_MS = 6_000;
const MAX_UNCERTAIN = 10_000;

/** Delay of the next check if Temporal is unavailable, in milliseconds. */
const AWAY_MS = 2_000;

/** A task whose completion is not known yet: how often it was checked, and when it is checked next. */
interface UncertainTask {
  task_time: number;
  tries: number;
  at: number;
}

/** A run to check, with the time in milliseconds since the epoch. */
export type NotifiedRun = RunRef & { at: number };

export class OutboxRelay {
  private readonly uncertain = new LRUCache<string, UncertainTask>({ max: MAX_UNCERTAIN });

  constructor(
    private readonly deps: OutboxRelayDependencies,
    private readonly clock: () => number = Date.now,
  ) {}

  /**
   * Relays the notified runs, and runs left by other processes.
   * @returns the runs to check again by uuid, with the times.
   */
  async relay(notified: readonly RunRef[]): Promise<Map<string, NotifiedRun>> {
    const { pendingWebhooks } = this.deps;
    const before = new Date(this.clock() - HEAD_START_MS);
    const [own, left] = await Promise.all([
      notified.length === 0 ? [] : pendingWebhooks.findWithPending(notified),
      pendingWebhooks.find(before, BATCH),
    ]);
    const runs = new Map([...own, ...left].map((run) => [run._id, run]));
    const due = [...runs.values()].filter((run) => this.isDue(run));
    const completed: RunWithPendingWebhooks[] = [];
    await Promise.all(
      due.map(async (run) => {
        if (await this.isTaskCompleted(run)) completed.push(run);
      }),
    );
    await this.createDeliveries(completed);
    return new Map(
      [...runs].flatMap(([uuid, { account_uuid }]) => {
        const { at = Infinity } = this.uncertain.get(uuid) ?? {};
        const isSoon = at < this.clock() + DOUBT_MS;
        return isSoon ? [[uuid, { uuid, account_uuid, at }] as const] : [];
      }),
    );
  }

  private async createDeliveries(runs: readonly RunWithPendingWebhooks[]): Promise<void> {
    const { pendingWebhooks, webhookDeliveries, webhookQueues } = this.deps;
    const now = new Date(this.clock());
    const built = runs.map((run) => [run, buildDeliveries(run, now)] as const);
    await webhookDeliveries.add(built.flatMap(([, deliveries]) => deliveries));
    const opened = built.filter(([, all]) => all.some(({ status }) => status === 'pending'));
    await webhookQueues.add(
      opened.map(([run]) => buildQueue(run)),
      now,
    );
    await this.removeErasedUrls(runs);
    const shifted = await Promise.all(
      runs.map(async (run) =>
        run.clock_offset === 0 || (await webhookQueues.moveClock(queueRefOf(run), run.clock_offset))
          ? [run]
          : [],
      ),
    );
    await pendingWebhooks.claim(shifted.flat());
  }

  /** Replaces addresses of runs whose erasure began after they were read: it did not find their deliveries. */
  private async removeErasedUrls(runs: readonly RunWithPendingWebhooks[]): Promise<void> {
    const { runErasure, webhookDeliveries, webhookQueues } = this.deps;
    const refs = runs.map(({ _id: uuid, account_uuid }) => ({ uuid, account_uuid }));
    for (const run of await runErasure.listBegun(refs)) {
      if (run.callback_url === null) continue;
      await webhookDeliveries.changeUrl(run, run.callback_url);
      await webhookQueues.changeUrl(run, run.callback_url);
    }
  }

  private isDue(run: RunWithPendingWebhooks): boolean {
    return (this.retryDelay(run)?.at ?? 0) <= this.clock();
  }

  /** Returns the state of this task's checks; a later task has a new one. */
  private retryDelay({ _id, task_time }: RunWithPendingWebhooks): UncertainTask | undefined {
    const known = this.uncertain.get(_id);
    return known?.task_time === task_time ? known : undefined;
  }

  private async isTaskCompleted(run: RunWithPendingWebhooks): Promise<boolean> {
    const { _id: uuid, task_time } = run;
    // Event 1 is the workflow's own input, so it is always final.
    if (task_time === 0) return true;
    const { tasks, logger } = this.deps;
    try {
      if (await tasks.isCompleted(uuid, task_time)) {
        this.uncertain.delete(uuid);
        return true;
      }
      await this.markUncertain(run);
    } catch (error) {
      this.uncertain.set(uuid, { task_time, tries: 0, at: this.clock() + AWAY_MS });
      logger.warn(
        { err: error, run_uuid: uuid },
        'the history of a run could not be read: its webhooks wait',
      );
    }
    return false;
  }

  private async markUncertain(run: RunWithPendingWebhooks): Promise<void> {
    const { _id: uuid, account_uuid, task_time } = run;
    const tries = (this.retryDelay(run)?.tries ?? 0) + 1;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (tries - 1));
    this.uncertain.set(uuid, { task_time, tries, at: this.clock() + pause });
    if (pause < DOUBT_MS) return;
    const { pendingWebhooks, tasks, logger } = this.deps;
    // Moves the run behind the others, which it would block otherwise; any change of the run moves it back.
    await pendingWebhooks.postpone({ uuid, account_uuid }, new Date(this.clock() + pause));
    logger.warn({ run_uuid: uuid }, 'webhooks wait for a task that was not completed');
    await tasks.reconcile(uuid);
  }
}
