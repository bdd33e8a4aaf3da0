import type { AnsweredRun } from '../application/runs/write-run';
import { presentStep } from '../presentation/present-run';
import { timestampOrNull } from '../domain/run/timestamps';

/** Builds the response to a write: its step with payload, and the state of the run. */
export function answerReply({ run, answer, key }: AnsweredRun) {
  const { number: _number, deadline_at, ...progress } = answer.run;
  const result = {
    step: answer.step === null ? null : presentStep(run, answer.step, key),
    run: { ...progress, deadline_at: timestampOrNull(deadline_at) },
  };
  return { result, run_uuid: run._id };
}
