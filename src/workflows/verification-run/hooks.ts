/** Hooks that a run calls before and after each step. Both may call activities; their decisions become events. */
import type { RunError } from '../../domain/run/outcome';
import type { StepView } from '../../domain/run/view';
import type { Run } from './run';

export type AfterStep =
  | { kind: 'continue' }
  | { kind: 'reject'; fault: RunError }
  /** The run continues when a reviewer approves it. */
  | { kind: 'review'; reason: string };

export interface RunHooks {
  /** Decides if a step is executed. A skipped step ends as `skipped`. */
  beforeStep(run: Run, step: StepView): Promise<'execute' | 'skip'>;
  /** Called when a step has succeeded. */
  afterStep(run: Run, step: StepView): Promise<AfterStep>;
}

/** Executes every step and accepts every success. */
export const noHooks: RunHooks = {
  beforeStep: () => Promise.resolve('execute'),
  afterStep: () => Promise.resolve({ kind: 'continue' }),
};
