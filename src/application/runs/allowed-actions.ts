import { sendsLeft } from '../../domain/otp/queries';
import { currentVerification, type Verification } from '../../domain/otp/state';
import { isFinalRun } from '../../domain/run/outcome';
import type { ActionName } from '../../steps/actions';
import { otpStateOf, policyOf } from '../../steps/shared/one-time-code/state';
import { nextStep, type RunView, type StepView } from '../../domain/run/view';

export interface AllowedAction {
  action: ActionName;
  /** The channels that `switch_channel` can switch to. */
  channels?: string[];
}

/** Lists the actions that a run allows now. The workflow makes the final decision. */
export function allowedActions(view: RunView, isStaff: boolean): AllowedAction[] {
  if (isFinalRun(view.status)) return [];
  if (!isStaff) return [{ action: 'cancel' }];
  return [{ action: 'cancel' }, ...decisionsOn(view), ...sendsOf(nextStep(view))];
}

function decisionsOn({ review }: RunView): AllowedAction[] {
  return review === undefined ? [] : [{ action: 'approve_step' }, { action: 'reject_step' }];
}

/** Lists the actions for the code that a step expects. */
function sendsOf(step: StepView | undefined): AllowedAction[] {
  const state = otpStateOf(step);
  const current = state && currentVerification(state);
  if (step === undefined || current === undefined) return [];
  if (sendsLeft(policyOf(step), current) === 0) return [];
  const channels = otherChannels(step, current);
  return [
    { action: 'resend_code' },
    ...(channels.length === 0 ? [] : [{ action: 'switch_channel' as const, channels }]),
  ];
}

function otherChannels(step: StepView, { order, channel }: Verification): string[] {
  const plan = policyOf(step).verifications[order - 1];
  if (plan === undefined) return [];
  const all = [plan.channel, ...(plan.backup === null ? [] : [plan.backup.channel])];
  return all.filter((each) => each !== channel);
}
