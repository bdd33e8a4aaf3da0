/** Which webhooks a change of a run owes its backend. */
import type { RunView } from './run-view';

/** One change to tell: the status of the run or of one of its steps moved, or the run was created. */
export interface WebhookChange {
  event: 'create' | 'update';
  resource: 'workflow' | 'step';
  resource_uuid: string;
}

/** What the change from `before` to `after` owes; nothing where the run has no callback address. */
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
