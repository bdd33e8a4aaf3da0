/** Lists the webhooks that a change of a run causes. */
import type { RunView } from './run-view';

/** One change to report: the status of the run or of one of its steps changed, or the run was created. */
export interface WebhookChange {
  event: 'create' | 'update';
  resource: 'workflow' | 'step';
  resource_uuid: string;
}

/** Returns the webhooks for the change from `before` to `after`; none if the run has no callback address. */
export function listWebhookChanges(before: RunView | null, after: RunView): WebhookChange[] {
  if (after.settings.callback_url === null) return [];
  if (before === null) {
    return [{ event: 'create', resource: 'workflow', resource_uuid: after.uuid }];
  }
  const steps = after.steps
    .filter((step, index) => step.status !== before.steps[index]?.status)
    .map((step): WebhookChange => ({
      event: 'update',
      resource: 'step',
      resource_uuid: step.uuid,
    }));
  const run: WebhookChange = { event: 'update', resource: 'workflow', resource_uuid: after.uuid };
  return before.status === after.status ? steps : [...steps, run];
}
