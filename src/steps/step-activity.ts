/** Declaration of a step type's own activity: its name, timeouts and retries. */
import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

/**
 * An activity of a step type. Declare it by `stepActivity` in the step's `calls.ts`; its implementation of the same
 * name lies in the step's `activities.ts`.
 */
export interface StepActivity<Input, Output> {
  name: string;
  /** Tried first, within the workflow task: for what is short and has no side effects. */
  local?: LocalActivityOptions;
  /** Tried where there is no `local`, or it failed. */
  remote?: ActivityOptions;
  /** Holds the types; never called and never set. */
  readonly signature?: (input: Input) => Output;
}

/** Declares an activity. At least one of `local` and `remote` is needed. */
export function stepActivity<Input, Output>(
  name: string,
  options: Pick<StepActivity<Input, Output>, 'local' | 'remote'>,
): StepActivity<Input, Output> {
  return { name, ...options };
}

/** Result of a background call, as its step receives it. */
export interface CallResult {
  activity: string;
  output: unknown;
}

/**
 * Returns the output of a background call; undefined for a call of another activity. The cast holds because the engine
 * passes on what the activity of that name returned, or the call's own `otherwise`.
 */
export function outputOf<Input, Output>(
  { name }: StepActivity<Input, Output>,
  { activity, output }: CallResult,
): Output | undefined {
  return activity === name ? (output as Output) : undefined;
}
