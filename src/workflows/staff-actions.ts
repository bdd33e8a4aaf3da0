/** What staff ask of a run: for its current step, or for its reviewer's decision. */
import { condition } from '@temporalio/workflow';
import type { Channel } from '../nips/policy';
import { rejectionBy } from '../runs/review';
import { nextStep } from '../runs/view';
import type { StaffWish } from '../steps/contract';
import type { Verdict } from './mailbox';
import {
  approveStepSignal,
  rejectStepSignal,
  resendCodeSignal,
  switchChannelSignal,
  type ActionName,
} from './messages';
import { noteDecision, type ReviewDecision } from './review';
import type { Run } from './run';

/** An action that the run as it stands may have no use for. */
export interface Wish extends StaffWish {
  action: Exclude<ActionName, 'cancel'>;
  /** Of `switch_channel`. */
  channel: Channel | null;
}

/** The signals of these actions, each of the action's name. */
export const WISH_SIGNALS = [
  [resendCodeSignal, 'resend_code'],
  [switchChannelSignal, 'switch_channel'],
  [approveStepSignal, 'approve_step'],
  [rejectStepSignal, 'reject_step'],
] as const;

/** Has an action done; null where there is nothing that it could be for. */
export async function carryOutWish(run: Run, wish: Wish): Promise<Verdict | undefined | null> {
  const { action } = wish;
  if (action === 'approve_step') return decide(run, 'approved', wish);
  if (action === 'reject_step') return decide(run, 'rejected', wish);
  return hand(run, action, wish);
}

/** Hands an action to the current step. */
async function hand(
  run: Run,
  action: 'resend_code' | 'switch_channel',
  { channel, actor, asked }: Wish,
): Promise<Verdict | undefined | null> {
  const step = nextStep(run.view);
  if (step?.status !== 'in_progress') return null;
  const said = { kind: 'action', actor, asked } as const;
  if (action === 'resend_code') return run.deliver(step.uuid, { ...said, action });
  return channel === null ? null : run.deliver(step.uuid, { ...said, action, channel });
}

/** A step in review hears the decision; where the run as a whole is in review it goes on, or ends. */
async function decide(
  run: Run,
  decision: ReviewDecision,
  { actor, asked }: Wish,
): Promise<Verdict | undefined | null> {
  const { review } = run.view;
  if (review === undefined) return null;
  const { step_uuid } = review;
  if (step_uuid !== null)
    return run.deliver(step_uuid, { kind: 'decision', decision, actor, asked });
  noteDecision(run, decision, { actor, asked }, null);
  if (decision === 'rejected') run.end('run_rejected', actor, rejectionBy(asked));
  await condition(() => run.isQuiet || run.isOver);
  await run.outbox.publish();
  return { kind: 'accepted' };
}
