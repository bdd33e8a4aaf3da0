/** What steps have done in the world: each activity with how long it may take and how often it is tried. */
import {
  ActivityFailure,
  ApplicationFailure,
  condition,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import { LEAST_LIFE_MS } from '../nips/ladder';
import type { SendAnswer } from '../nips/messages';
import { policyOf } from '../runs/step-nip';
import type { RunView, StepView } from '../runs/view';
import type { DestinationSources, News, SendOrder, StepCalls } from '../steps/contract';
import type { Sent } from './outgoing';
import type { Run } from './run';

/** Computing alone: no reason to leave the worker. */
const local = proxyLocalActivities<Pick<Activities, 'issueCode'>>({
  startToCloseTimeout: '800ms',
  retry: { maximumAttempts: 2 },
});

const RUN_GONE = 'run_gone';
const nonRetryableErrorTypes = [RUN_GONE];
const patience = {
  startToCloseTimeout: '3s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' },
} as const;
type Fixing = Pick<Activities, 'fixDestinations'>;
const patient = proxyActivities<Fixing>(patience);
const hasty = proxyActivities<Fixing>({
  ...patience,
  retry: { ...patience.retry, nonRetryableErrorTypes },
});
const quick = proxyLocalActivities<Fixing>({
  startToCloseTimeout: '800ms',
  retry: { maximumAttempts: 2, initialInterval: '50ms', nonRetryableErrorTypes },
});

/** What the sandbox will tell of a run's messages. */
export const { expectedReceipts } = proxyLocalActivities<Pick<Activities, 'expectedReceipts'>>({
  startToCloseTimeout: '1s',
  retry: { initialInterval: '100ms', maximumInterval: '1s' },
});

/**
 * Sends a code, within its life: what isn't known by then counts as silence. The provider's three tries fit into 30 s
 * (seed 000) and are counted by the activity; tries that failed for want of MongoDB or a worker cost none of them.
 */
function sendingWithin(lifeMs: number, nonRetryable: string[] = []) {
  return proxyActivities<Pick<Activities, 'sendCode' | 'sendFirstCode'>>({
    startToCloseTimeout: '8s',
    scheduleToCloseTimeout: Math.max(LEAST_LIFE_MS, lifeMs),
    // A worker that died is noticed by its silence, long before its time is over.
    heartbeatTimeout: '2500ms',
    retry: {
      initialInterval: '1s',
      backoffCoefficient: 2,
      maximumInterval: '2s',
      ...(nonRetryable.length > 0 && { nonRetryableErrorTypes: nonRetryable }),
    },
  });
}

/** Sends a code; the first one of a run takes the run's beginning to MongoDB on its way. */
export async function sendCode(run: Run, order: SendOrder): Promise<Sent> {
  return isFirst(run, order) ? sendWithNews(run, order, run.outbox.lend()) : sendAlone(run, order);
}

async function sendAlone(run: Run, order: SendOrder): Promise<Sent> {
  const sending = sendingWithin(order.expires_at - run.now);
  return { answer: await sending.sendCode(order).catch(() => unanswered(order)) };
}

function isFirst({ firstCode }: Run, { step_uuid, order, send }: SendOrder): boolean {
  return firstCode?.step_uuid === step_uuid && firstCode.order === order && send === 1;
}

async function sendWithNews(run: Run, order: SendOrder, news: News): Promise<Sent> {
  const settleAs = (stored: boolean) => () => {
    run.outbox.settleLoan(news, stored);
  };
  try {
    const sending = sendingWithin(order.expires_at - run.now, nonRetryableErrorTypes);
    const { answer, stored } = await sending.sendFirstCode(order, news);
    return { answer, settle: settleAs(stored) };
  } catch (error) {
    const settle = settleAs(false);
    if (!isRunGone(error)) return { answer: unanswered(order), settle };
    // The API died before it had stored the run's beginning.
    const again = async () => {
      await condition(() => run.outbox.isEmpty);
      const isLate = run.isOver || order.expires_at <= run.now;
      return isLate ? { answer: unanswered(order) } : sendAlone(run, order);
    };
    return { again, settle };
  }
}

/** What the activity itself could not find out in its time. */
function unanswered({ order, send }: SendOrder): SendAnswer {
  const nothing = { refusal: null, provider_id: null, error_code: 'no_answer' };
  return { order, send, status: 'unknown', ...nothing, gives_receipts: true };
}

/** The calls of a step, which say themselves what they are about. */
export function callsOf(run: Run, step: StepView): StepCalls {
  const place = { run_uuid: run.view.uuid, step_uuid: step.uuid };
  const first = run.firstCode?.step_uuid === step.uuid ? run.firstCode : undefined;
  return {
    async fixDestinations(channels) {
      if (first !== undefined) return first.destinations;
      return fixDestinations(run, { ...place, ...sourcesOf(run.view, step), channels });
    },
    async issueCode(order, issue) {
      if (first?.order === order && first.issue === issue) {
        return { key_id: first.key_id, digest: first.digest };
      }
      const { length } = policyOf(step).code;
      try {
        return await local.issueCode({ ...place, order, issue, length });
      } catch {
        // No failure of the run: its task is tried again until the key is back.
        throw new Error('a code could not be issued: a key of CODE_KEYS is missing');
      }
    },
  };
}

/**
 * What a person has submitted is fixed once the task that took it is completed, never within it: a task that was lost
 * would leave behind what the run never took.
 */
async function fixDestinations(run: Run, sources: DestinationSources) {
  const isLocal = sources.submissions.length === 0;
  const tries = isLocal ? [quick, hasty] : [hasty];
  for (const { fixDestinations: fix } of tries) {
    try {
      return await fix(sources);
    } catch (error) {
      if (isCancellation(error)) throw error;
      if (isRunGone(error)) break;
    }
  }
  // The API died before it had stored the run's beginning.
  await run.outbox.flush();
  return patient.fixDestinations(sources);
}

function isRunGone(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  return error.cause instanceof ApplicationFailure && error.cause.type === RUN_GONE;
}

/** What the person gave to the step itself, then to earlier ones, latest first. */
function sourcesOf(
  view: RunView,
  { uuid, key, custom_id }: StepView,
): Pick<DestinationSources, 'name' | 'submissions'> {
  const index = view.steps.findIndex((step) => step.uuid === uuid);
  const upToHere = view.steps.slice(0, index + 1).reverse();
  return {
    name: custom_id ?? key,
    submissions: upToHere.flatMap((each) => [
      ...each.submission_ids.slice().reverse(),
      ...(each.uuid === uuid ? [] : [fixedIn(each)]),
    ]),
  };
}

function fixedIn({ uuid, nip }: StepView): string {
  return nip?.destinations?.submission_id ?? `destinations-${uuid}`;
}
