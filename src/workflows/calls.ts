/** What steps have done in the world: each activity with how long it may take and how often it is tried. */
import {
  ActivityFailure,
  ApplicationFailure,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { Activities } from '../activities';
import { LEAST_LIFE_MS } from '../nips/ladder';
import type { SendAnswer } from '../nips/messages';
import { policyOf } from '../runs/step-nip';
import type { RunView, StepView } from '../runs/view';
import type { DestinationSources, SendOrder, StepCalls } from '../steps/contract';

/** Computing alone: no reason to leave the worker. */
const local = proxyLocalActivities<Pick<Activities, 'issueCode'>>({
  startToCloseTimeout: '800ms',
  retry: { maximumAttempts: 2 },
});

const patience = {
  startToCloseTimeout: '3s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' },
} as const;
const RUN_GONE = 'run_gone';
const patient = proxyActivities<Pick<Activities, 'fixDestinations'>>(patience);
const hasty = proxyActivities<Pick<Activities, 'fixDestinations'>>({
  ...patience,
  retry: { ...patience.retry, nonRetryableErrorTypes: [RUN_GONE] },
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
export function sendCode(order: SendOrder, lifeMs: number): Promise<SendAnswer> {
  return proxyActivities<Pick<Activities, 'sendCode'>>({
    startToCloseTimeout: '8s',
    scheduleToCloseTimeout: Math.max(LEAST_LIFE_MS, lifeMs),
    // A worker that died is noticed by its silence, long before its time is over.
    heartbeatTimeout: '2500ms',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '2s' },
  }).sendCode(order);
}

/** The calls of a step, which say themselves what they are about. `flush` resolves when MongoDB has the run's events. */
export function callsOf(view: RunView, step: StepView, flush: () => Promise<void>): StepCalls {
  const place = { run_uuid: view.uuid, step_uuid: step.uuid };
  return {
    async fixDestinations(channels) {
      const sources = { ...place, ...sourcesOf(view, step), channels };
      try {
        return await hasty.fixDestinations(sources);
      } catch (error) {
        if (!isRunGone(error)) throw error;
      }
      // The API died before it had stored the run's beginning.
      await flush();
      return patient.fixDestinations(sources);
    },
    async issueCode(order, issue) {
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
      ...(each.uuid === uuid ? [] : [`destinations-${each.uuid}`]),
    ]),
  };
}
