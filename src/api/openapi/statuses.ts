/** Status fields of workflows and steps in the API document. */
import { z } from 'zod';
import { described } from './described';

export const RUN_STATUSES = [
  ...['pending', 'in_progress', 'abandoned', 'postponed', 'in_review'],
  ...['success', 'failed', 'rejected', 'expired', 'cancelled'],
] as const;

export const runStatus = described(
  z.enum(RUN_STATUSES),
  'Status of the workflow. Open: `pending` (nobody opened it yet), `in_progress`, `abandoned` (no activity for `abandon_after` minutes), `postponed`, `in_review` (a reviewer decides by the action `approve_step` or `reject_step`; until then submissions get 409 `action_not_allowed`, and no deadline passes). Final: `success`, `failed` (a step failed for good), `rejected` (by a knockout rule or a reviewer), `expired`, `cancelled`.',
  'in_progress',
).meta({ id: 'WorkflowStatus' });

export const stepStatus = described(
  z.enum([
    ...['pending', 'in_progress', 'in_review'],
    ...['success', 'failed', 'rejected', 'skipped', 'cancelled'],
  ] as const),
  'Status of the step: `pending` (not begun), `in_progress`, `in_review` (a reviewer decides), or its end: `success`, `failed`, `rejected` (by a reviewer), `skipped` (its `skip_steps` expression was true), `cancelled` (the workflow ended before it).',
  'in_progress',
).meta({ id: 'StepStatus' });

export const waitingFor = described(
  z
    .enum(['person', 'reviewer', 'provider', 'message_approval', 'contact_time', 'integrator'])
    .nullable(),
  'The party that the workflow waits for; null where it is over or works by itself.',
  'person',
);
