/** Delivers messages to a step that may be over. */
import { stepTypeOf } from '../verification-run/catalogue';
import type { LateMessage } from '../../steps/contract';
import { nextStep } from '../../domain/run/view';
import type { Run } from '../verification-run/run';

/**
 * Delivers a message to its step. If the step is over, records the event that its type declares for this case, if any.
 */
export async function deliverOrKeep(
  run: Run,
  stepUuid: string,
  message: LateMessage,
): Promise<void> {
  if (nextStep(run.view)?.uuid === stepUuid) {
    await run.deliver(stepUuid, message);
    return;
  }
  const step = run.view.steps.find(({ uuid }) => uuid === stepUuid);
  const event = step && stepTypeOf(run.catalogue, step.key)?.lateEvent?.(step, message);
  if (event != null) run.recordStepEvent(event, 'provider', stepUuid);
  await run.publisher.publish();
}
