import { nextDeadline } from '../../domain/run/deadline';
import { nextStep, waitingFor, type RunView } from '../../domain/run/view';

/** Formats a run's current details for the Temporal UI (Markdown). Contains nothing personal. */
export function describeRun(view: RunView): string {
  const step = nextStep(view);
  const deadline = nextDeadline(view);
  const lines = [`**Status**: ${view.status}`];
  if (view.reason !== null) lines.push(`**Reason**: ${view.reason}`);
  if (step !== undefined) {
    const position = view.steps.indexOf(step) + 1;
    lines.push(`**Step**: ${step.custom_id ?? step.key} (${position} of ${view.steps.length})`);
    lines.push(`**Waiting for**: ${waitingFor(view) ?? 'nobody'}`);
  }
  if (view.review !== undefined) {
    const { step_uuid, since } = view.review;
    const what = step_uuid === null ? 'the run as a whole' : 'the step';
    lines.push(`**In review**: ${what}, since ${new Date(since).toISOString()}`);
    lines.push('**To decide**: signal `approve_step` or `reject_step`');
  }
  if (deadline !== null) {
    lines.push(`**Deadline**: ${deadline.action} at ${new Date(deadline.at).toISOString()}`);
  }
  return lines.join('\n\n');
}
