import type { Answer } from '../runs/answer';
import { timestampOrNull } from '../runs/timestamps';
import type { RunRecord } from '../store/runs';
import { presentStep } from './present-run';

/** Presents the answer to a write: the step it was about, with its payload, and how the run stands. */
export function presentAnswer({
  run,
  answer,
  key,
}: {
  run: RunRecord;
  answer: Answer;
  key: Buffer | null;
}) {
  const { number: _number, deadline_at, ...progress } = answer.run;
  return {
    step: answer.step === null ? null : presentStep(run, answer.step, key),
    run: { ...progress, deadline_at: timestampOrNull(deadline_at) },
  };
}
