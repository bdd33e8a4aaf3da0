/** Guards of the workflow realm that the SDK has no option for. */
import type { WorkflowInterceptors } from '@temporalio/workflow';

const RESERVED = '__temporal_';

/**
 * The SDK throws on a signal whose name begins with its reserved prefix where a default handler is set, and the run
 * would be stuck for ever. Such a signal is renamed, so that it is recorded as unknown like any other.
 */
export const interceptors = (): WorkflowInterceptors => ({
  internals: [
    {
      activate(input, next) {
        for (const job of input.activation.jobs ?? []) {
          const signal = job.signalWorkflow;
          if (signal?.signalName?.startsWith(RESERVED)) signal.signalName = 'reserved';
        }
        next(input);
      },
    },
  ],
});
