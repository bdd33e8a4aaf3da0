/** Handles staff actions: for the current step, or as a reviewer's decision. */
import { condition } from '@temporalio/workflow';
import { ownValue } from '../../domain/run/own-value';
import { buildRejection } from '../../domain/run/review';
import { nextStep } from '../../domain/run/view';
import type { StaffRequest } from '../../steps/contract';
import { stepActionsOf, stepTypeOf } from '../verification-run/catalogue';
import type { RunAction } from '../messages/messages';
import { recordDecision, type ReviewDecision } from '../verification-run/review';
import type { Run } from '../verification-run/run';
import type { Decision } from '../step-work/step-inbox';

const RUN_ACTIONS = {
  cancel: true,
  approve_step: true,
  reject_step: true,
} satisfies Record<RunAction, true>;

/** An action that may not apply to the run in its current state. `cancel` always applies and is handled separately. */
export interface ActionRequest extends StaffRequest {
  action: string;
  details: Readonly<Record<string, unknown>>;
}

/** Returns the names of all actions of a run. Each is also the name of a signal. */
export function actionsOf({ catalogue }: Pick<Run, 'catalogue'>): string[] {
  return [...Object.keys(RUN_ACTIONS), ...stepActionsOf(catalogue)];
}

/** Result of an action; undefined if its step ended before deciding it. */
export type ActionResult =
  | Decision
  /** The action does not apply to the run in its current state, or its details are invalid. */
  | { kind: 'not_applicable' }
  | { kind: 'malformed' }
  | undefined;

const notApplicable: ActionResult = { kind: 'not_applicable' };

/** Executes an action. */
export async function carryOutAction(run: Run, request: ActionRequest): Promise<ActionResult> {
  const { action } = request;
  if (action === 'approve_step') return decide(run, 'approved', request);
  if (action === 'reject_step') return decide(run, 'rejected', request);
  return deliverAction(run, request);
}

/** Delivers an action to the current step, if its type declares the action and the details are valid. */
async function deliverAction(
  run: Run,
  { action, details, actor, asked }: ActionRequest,
): Promise<ActionResult> {
  const step = nextStep(run.view);
  if (step?.status !== 'in_progress') return notApplicable;
  const actions = stepTypeOf(run.catalogue, step.key)?.actions ?? {};
  const parse = ownValue(actions, action);
  if (parse === undefined) return notApplicable;
  const parsed = parse(details);
  if (parsed === null) return { kind: 'malformed' };
  return run.deliver(step.uuid, { kind: 'action', action, details: parsed, actor, asked });
}

/** Delivers the decision to a step in review. If the run as a whole is in review, resumes or ends it. */
async function decide(
  run: Run,
  decision: ReviewDecision,
  { actor, asked }: ActionRequest,
): Promise<ActionResult> {
  const { review } = run.view;
  if (review === undefined) return notApplicable;
  const { step_uuid } = review;
  if (step_uuid !== null)
    return run.deliver(step_uuid, { kind: 'decision', decision, actor, asked });
  recordDecision(run, decision, { actor, asked }, null);
  if (decision === 'rejected') run.end('run_rejected', actor, buildRejection(asked));
  await condition(() => run.isSettled);
  await run.publisher.publish();
  return { kind: 'accepted' };
}
