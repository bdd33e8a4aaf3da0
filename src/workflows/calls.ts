/** What steps have done in the world: each activity with how long it may take and how often it is tried. */
import { proxyActivities, proxyLocalActivities } from '@temporalio/workflow';
import type { Activities } from '../activities';
import { policyOf } from '../runs/step-nip';
import type { RunView, StepView } from '../runs/view';
import type { DestinationSources, StepCalls } from '../steps/contract';

/** Computing alone: no reason to leave the worker. */
const local = proxyLocalActivities<Pick<Activities, 'issueCode'>>({
  startToCloseTimeout: '800ms',
  retry: { maximumAttempts: 2 },
});

const patient = proxyActivities<Pick<Activities, 'fixDestinations'>>({
  startToCloseTimeout: '3s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' },
});

/** What the sandbox will tell of a run's messages. */
export const { expectedReceipts } = proxyLocalActivities<Pick<Activities, 'expectedReceipts'>>({
  startToCloseTimeout: '1s',
  retry: { initialInterval: '100ms', maximumInterval: '1s' },
});

/** A provider's three tries fit into 30 s (seed 000); what is not known by then counts as silence. */
export const { sendCode } = proxyActivities<Pick<Activities, 'sendCode'>>({
  startToCloseTimeout: '8s',
  scheduleToCloseTimeout: '30s',
  // A worker that died is noticed by its silence, long before its time is over.
  heartbeatTimeout: '2500ms',
  retry: { initialInterval: '1s', backoffCoefficient: 2 },
});

/** The calls of a step, which say themselves what they are about. */
export function callsOf(view: RunView, step: StepView): StepCalls {
  const place = { run_uuid: view.uuid, step_uuid: step.uuid };
  return {
    fixDestinations: (channels) =>
      patient.fixDestinations({ ...place, ...sourcesOf(view, step), channels }),
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
