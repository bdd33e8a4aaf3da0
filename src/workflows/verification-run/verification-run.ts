/** Executes one person's run through its steps. The only workflow type of runs, for all flows and step types. */
import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
} from '@temporalio/workflow';
import { CATALOGUE, type Catalogue } from './catalogue';
import { handleMessages } from './handle-messages';
import type { RunHooks } from './hooks';
import type { RunInput, RunResult } from '../messages/messages';
import { isRunInput } from '../messages/message-shapes';
import { isForeign, unwrapPlain } from '../converters/payload-converter';
import { ruleHooks } from './rules';
import { Run } from './run';
import { walkSteps } from './walk-steps';
import { watchDeadline } from '../deadlines/watch-deadline';

/** Executes a run to its end. Its outcome is a value; a failed workflow is a bug. */
export async function verificationRun(input: RunInput): Promise<RunResult> {
  return executeRun(input, ruleHooks);
}

/** Executes a run with hooks around its steps. `catalogue`: the step types that it can execute. */
export async function executeRun(
  input: RunInput,
  hooks: RunHooks,
  catalogue: Catalogue = CATALOGUE,
): Promise<RunResult> {
  requireOwn(input);
  const { cancelRequested } = CancellationScope.current();
  return CancellationScope.nonCancellable(async () => {
    const run = new Run(input, catalogue);
    handleMessages(run);
    cancelRequested.catch(() => cancelByTemporal(run));
    const watching = watchDeadline(run);
    await run.execute(() => walkSteps(run, hooks));
    await watching;
    await run.background.finish();
    await run.publisher.flush();
    await condition(allHandlersFinished);
    return run.result;
  });
}

function cancelByTemporal(run: Run): Promise<void> {
  return run.inTurn(async () => {
    run.end('run_cancelled', 'staff', { by: 'temporal', reason: 'cancelled', verified: false });
    await run.publisher.publish();
  });
}

/**
 * @throws ApplicationFailure for unencrypted input, which this service did not send. Input that can't be decrypted only
 * fails the workflow task, so the run resumes when the missing key is configured again.
 */
function requireOwn(input: unknown): void {
  if (isRunInput(input)) return;
  if (isForeign(input) && unwrapPlain(input) === undefined)
    throw new Error('the input of this run cannot be decrypted');
  throw ApplicationFailure.nonRetryable('Runs are started by the API.', 'untrusted_message');
}
