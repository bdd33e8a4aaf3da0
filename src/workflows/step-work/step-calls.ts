/** Calls activities that step types declare. */
import {
  ActivityFailure,
  ApplicationFailure,
  isCancellation,
  scheduleActivity,
  scheduleLocalActivity,
  type ActivityOptions,
} from '@temporalio/workflow';
import type { BackgroundCall } from '../../steps/contract';
import type { StepActivity } from '../../steps/step-activity';

/** Failure type of activities that read a run that is not in MongoDB. */
export const RUN_GONE = 'run_gone';

type Attempt<Output> = () => Promise<Output>;

/**
 * Calls an activity: as a local activity first if it declares that, then as an ordinary one. If it fails because the
 * run is not in MongoDB yet (the API died before storing it), stores the run and calls again.
 * @throws the failure of the last attempt.
 */
export async function callActivity<Input, Output>(
  publisher: { flush(): Promise<void> },
  activity: StepActivity<Input, Output>,
  input: Input,
): Promise<Output> {
  let failure: unknown;
  for (const attempt of attemptsOf(activity, input, [RUN_GONE])) {
    try {
      return await attempt();
    } catch (error) {
      if (isCancellation(error)) throw error;
      failure = error;
      if (isRunGone(error)) break;
    }
  }
  const last = attemptsOf(activity, input).at(-1);
  if (!isRunGone(failure) || last === undefined) throw failure;
  await publisher.flush();
  return last();
}

/** Returns the ways to execute an activity, in order. */
function attemptsOf<Input, Output>(
  { name, local, remote }: StepActivity<Input, Output>,
  input: Input,
  nonRetryable: string[] = [],
): Attempt<Output>[] {
  const attempts: Attempt<Output>[] = [];
  if (local !== undefined) {
    const options = withoutRetryOf(local, nonRetryable);
    attempts.push(() => scheduleLocalActivity<Output>(name, [input], options));
  }
  if (remote !== undefined) {
    const options = withoutRetryOf(remote, nonRetryable);
    attempts.push(() => scheduleActivity<Output>(name, [input], options));
  }
  return attempts;
}

/** Returns the options of a background call, which is cancelled when its result is no longer needed. */
export function optionsUntil<Input, Output>(
  { activity, until }: Pick<BackgroundCall<Input, Output>, 'activity' | 'until'>,
  now: number,
  nonRetryable: string[] = [],
): ActivityOptions {
  const scheduleToCloseTimeout = Math.max(1, until - now);
  return { ...withoutRetryOf(activity.remote ?? {}, nonRetryable), scheduleToCloseTimeout };
}

function withoutRetryOf<Options extends Pick<ActivityOptions, 'retry'>>(
  options: Options,
  nonRetryableErrorTypes: string[],
): Options {
  if (nonRetryableErrorTypes.length === 0) return options;
  return { ...options, retry: { ...options.retry, nonRetryableErrorTypes } };
}

/** Returns true if an activity did not find the run in MongoDB. */
export function isRunGone(error: unknown): boolean {
  if (!(error instanceof ActivityFailure)) return false;
  return error.cause instanceof ApplicationFailure && error.cause.type === RUN_GONE;
}
