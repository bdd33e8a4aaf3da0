/** What becomes known of a message, also when its step is over already. */
import type { Receipt, SendAnswer } from '../nips/messages';
import { eventOfAnswer, eventOfReceipt } from '../nips/outcomes';
import { nextStep } from '../runs/view';
import type { Run } from './run';

type News = ({ kind: 'answer' } & SendAnswer) | ({ kind: 'receipt' } & Receipt);

/** Hands it to its step; where that is over, it is kept with the message, and nothing follows from it. */
export async function tellOutcome(run: Run, stepUuid: string, news: News): Promise<void> {
  if (nextStep(run.view)?.uuid === stepUuid) {
    await run.deliver(stepUuid, news);
  } else {
    recordLate(run, stepUuid, news);
    await run.outbox.publish();
  }
}

function recordLate(run: Run, stepUuid: string, news: News): void {
  const nip = run.view.steps.find(({ uuid }) => uuid === stepUuid)?.nip;
  if (nip === undefined) return;
  const event = news.kind === 'answer' ? eventOfAnswer(nip, news, null) : eventOfReceipt(nip, news);
  if (event === null) return;
  run.record(event.type, 'provider', event.data, stepUuid);
}
