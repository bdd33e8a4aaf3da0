import { sendsLeft } from '../../nips/readings';
import { currentOf, type Verification } from '../../nips/state';
import { isFinalRun } from '../../runs/outcome';
import { policyOf } from '../../runs/step-nip';
import { nextStep, type RunView, type StepView } from '../../runs/view';

export interface AllowedAction {
  action: 'cancel' | 'resend_code' | 'switch_channel';
  /** Of `switch_channel`: what it can be switched to. */
  channels?: string[];
}

/** What can be done to a run as it stands; the workflow has the last word. */
export function allowedActions(view: RunView, isStaff: boolean): AllowedAction[] {
  if (isFinalRun(view.status)) return [];
  const step = nextStep(view);
  const current = step?.nip === undefined ? undefined : currentOf(step.nip);
  if (!isStaff || step === undefined || current === undefined) return [{ action: 'cancel' }];
  if (sendsLeft(policyOf(step), current) === 0) return [{ action: 'cancel' }];
  const channels = otherChannels(step, current);
  return [
    { action: 'cancel' },
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
