import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities';
import { storePendingEvents } from '../../src/activities/store-pending-events';
import type { SendResult } from '../../src/domain/otp/messages';
import type { JudgedRule, RuleQuestion, RuleVerdict } from '../../src/domain/run/rules';
import type { RunView } from '../../src/domain/run/view';
import type { SendOrder } from '../../src/steps/shared/one-time-code/calls';
import type { ProjectedEvent, ProjectionBatch } from '../../src/domain/run/projection-batch';
import { mergeBatch, type StoredEvents } from '../../src/store/runs/merge-batch';
import type { RunRecord, RunStore } from '../../src/store/runs/runs';

export type StoredRun = StoredEvents & { view: RunView };

/** Digest of the correct code of an issue in these tests. */
export function codeDigest(order: number, issue: number): string {
  return `digest-${order}-${issue}`;
}

const NOTHING: StoredEvents = { number: 0, task_time: -1, events: [], outbox: [] };

/** A projection in memory with the store's own merge rule. */
export class FakeProjection {
  readonly runs = new Map<string, StoredRun>();
  /** True to simulate an unavailable MongoDB. */
  isDown = false;
  /** True to simulate a MongoDB that will never accept the events. */
  isRefusing = false;
  calls = 0;
  /** All stored batches, in order. */
  readonly stored: ProjectedEvent[] = [];
  /** Times of all received batches, stored or not. */
  readonly taskTimes: number[] = [];

  readonly activities: Activities = {
    projectRun: (batch) => {
      this.calls += 1;
      this.taskTimes.push(batch.task_time);
      if (this.isDown) {
        return Promise.reject(ApplicationFailure.create({ type: 'store_unavailable' }));
      }
      if (this.isRefusing) {
        return Promise.reject(ApplicationFailure.nonRetryable('no', 'projection_too_large'));
      }
      this.store(batch);
      return Promise.resolve();
    },
    fixDestinations: ({ run_uuid }) => {
      if (!this.runs.has(run_uuid)) {
        return Promise.reject(ApplicationFailure.create({ type: 'run_gone' }));
      }
      const masked = { phone: '+52***0001', email: 'm****@example.com' };
      return Promise.resolve({ submission_id: 'destinations', ...masked });
    },
    issueCode: ({ order, issue }) =>
      Promise.resolve({ key_id: 'k', digest: codeDigest(order, issue) }),
    sendCode: async (order) => {
      this.sent.push(order);
      const { send } = order;
      const scripted = await this.provider(order);
      const sent = { status: 'sent', refusal: null, provider_id: `p${send}`, error_code: null };
      return { order: order.order, send, ...sent, gives_receipts: true, ...scripted } as SendResult;
    },
    sendCodeAndStore: async (order, pending) => {
      const { stored } = await storePendingEvents(this.asStore(), order.run_uuid, pending);
      return { output: await this.activities.sendCode(order), stored };
    },
    evaluateSkip: (question) => this.evaluate(question, () => this.skips(question)),
    evaluateRules: (question) => this.evaluate(question, () => this.rules(question)),
    expectedReceipts: () => Promise.resolve([]),
  };

  /** Attempts to send messages. */
  readonly sent: SendOrder[] = [];
  /** The provider's response to a message; by default it is accepted. */
  provider: (order: SendOrder) => Partial<SendResult> | Promise<Partial<SendResult>> = () => ({});

  /** Results of rules, and the recorded evaluations. */
  skips: (question: RuleQuestion) => RuleVerdict = () => 'false';
  rules: (question: RuleQuestion) => JudgedRule[] = () => [];
  readonly asked: RuleQuestion[] = [];

  private evaluate<Result>(question: RuleQuestion, answer: () => Result): Promise<Result> {
    this.asked.push(question);
    const isStored = (this.runs.get(question.run_uuid)?.number ?? 0) >= question.number;
    const type = this.isDown ? 'store_unavailable' : isStored ? null : 'not_stored';
    if (type !== null) return Promise.reject(ApplicationFailure.create({ type }));
    return Promise.resolve(answer());
  }

  get(uuid: string): StoredRun {
    const found = this.runs.get(uuid);
    if (found === undefined) throw new Error(`nothing was projected of run ${uuid}`);
    return found;
  }

  private asStore(): Pick<RunStore, 'findById' | 'project'> {
    const away = new Error('away');
    return {
      findById: (uuid) =>
        this.isDown ? Promise.reject(away) : Promise.resolve(recordOf(this.runs.get(uuid))),
      project: (batch) =>
        this.isDown ? Promise.reject(away) : Promise.resolve(this.store(batch) ?? 'written'),
    };
  }

  /** Stores a batch like the database: the API the first one, the run all others. */
  store(batch: ProjectionBatch): 'stale' | undefined {
    const { view } = batch;
    const stored = this.runs.get(view.uuid) ?? { ...NOTHING, view };
    const merged = mergeBatch(stored, batch);
    if (merged === 'gap') throw ApplicationFailure.create({ type: 'projection_gap' });
    if (merged === 'stale') return merged;
    this.stored.push(...batch.items);
    this.runs.set(view.uuid, { ...merged, view });
    return undefined;
  }
}

/** A run as the store returns it, but unsealed. */
function recordOf(stored: StoredRun | undefined): RunRecord | null {
  if (stored === undefined) return null;
  const { number, task_time, view } = stored;
  const { uuid: _id, account_uuid, mode, created_at } = view;
  const place = { _id, account_uuid, mode, created_at: new Date(created_at) };
  return { ...place, number, task_time, view, sealed: Buffer.alloc(0), submissions: {} };
}
