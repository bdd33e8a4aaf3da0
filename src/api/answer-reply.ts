import type { AnsweredRun } from '../application/runs/write-run';
import { presentAnswer } from '../presentation/present-answer';
import type { Reply } from './http/request-context';

/** Makes the reply to a write to a run. */
export function answerReply(answered: AnsweredRun): Reply {
  return { result: presentAnswer(answered), run_uuid: answered.run._id };
}
