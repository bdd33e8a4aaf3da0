/** Declares the activities of step types: name, timeouts and retries. */
import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

/**
 * An activity of a step type. Declare it by `stepActivity` in the step's `calls.ts`; its implementation of the same
 * name is in the step's `activities.ts`.
 */
export interface StepActivity<Input, Output> {
  name: string;
  /** Options of the local activity, which runs first: for short work without side effects. */
  local?: LocalActivityOptions;
  /** Options of the ordinary activity, which runs if there is no `local` or it failed. */
  remote?: ActivityOptions;
  /** Carries the types; never called and never set. */
  readonly signature?: (input: Input) => Output;
}

/** Declares an activity. Set at least one of `local` and `remote`. */
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
 * Returns the output of a background call; undefined for a call of another activity. The cast is safe because the
 * engine forwards the result of the activity of that name, or the call's own `otherwise`.
 */
export function outputOf<Input, Output>(
  { name }: StepActivity<Input, Output>,
  { activity, output }: CallResult,
): Output | undefined {
  return activity === name ? (output as Output) : undefined;
}
