/** Interceptors for the workflow realm, for cases that the SDK has no option for. */
import type { WorkflowInterceptors } from '@temporalio/workflow';

const RESERVED = '__temporal_';

/**
 * Renames signals that begin with the SDK's reserved prefix. Where a default signal handler is set, the SDK throws on
 * them, which would block the run forever. The renamed signal is recorded as unknown, like any other.
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
