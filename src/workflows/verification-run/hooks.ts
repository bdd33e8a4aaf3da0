/** What a run asks before and after each step. Both may call activities; their verdicts become events. */
import type { RunError } from '../../domain/run/outcome';
import type { StepView } from '../../domain/run/view';
import type { Run } from './run';

export type AfterStep =
  | { kind: 'continue' }
  | { kind: 'reject'; fault: RunError }
  /** The run goes on when a reviewer approves it. */
  | { kind: 'review'; reason: string };

export interface RunHooks {
  /** Whether a step is executed at all; one that isn't ends as `skipped`. */
  beforeStep(run: Run, step: StepView): Promise<'execute' | 'skip'>;
  /** Asked when a step has succeeded. */
  afterStep(run: Run, step: StepView): Promise<AfterStep>;
}

/** Every step is executed and every success stands. */
export const noHooks: RunHooks = {
  beforeStep: () => Promise.resolve('execute'),
  afterStep: () => Promise.resolve({ kind: 'continue' }),
};
