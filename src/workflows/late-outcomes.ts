/** What becomes known of a message when its step is over already. */
import { patched } from '@temporalio/workflow';
import type { Receipt, SendAnswer } from '../nips/messages';
import { eventOfAnswer, eventOfReceipt } from '../nips/outcomes';
import type { Run } from './run';

type News = ({ kind: 'answer' } & SendAnswer) | ({ kind: 'receipt' } & Receipt);

/** False in runs that ended before any of this was kept: they replay as they were. */
export function keepsLateOutcomes(): boolean {
  return patched('late-outcomes');
}

/** Keeps it with the message; nothing follows from it. */
export function recordLate(run: Run, stepUuid: string, news: News): void {
  const nip = run.view.steps.find(({ uuid }) => uuid === stepUuid)?.nip;
  if (nip === undefined) return;
  const event = news.kind === 'answer' ? eventOfAnswer(nip, news, null) : eventOfReceipt(nip, news);
  if (event === null || !keepsLateOutcomes()) return;
  run.record(event.type, 'provider', event.data, stepUuid);
}
