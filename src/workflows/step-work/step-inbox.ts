/** Queues messages from handlers for the step that waits for them. */
import type { StepMessage } from '../../steps/contract';
import type { Json } from '../../domain/run/events';

export type Decision =
  { kind: 'accepted' } | { kind: 'refused'; code: string; message: string; details: Json };

/** A message for a step. Its handler waits for the step's decision. */
export interface PendingMessage {
  readonly step_uuid: string;
  readonly message: StepMessage;
  decision: Decision | undefined;
}

export class StepInbox {
  private readonly waiting: PendingMessage[] = [];
  private undecided = 0;

  /** True if no handler waits for a decision. */
  get isIdle(): boolean {
    return this.undecided === 0;
  }

  put(step_uuid: string, message: StepMessage): PendingMessage {
    const pending: PendingMessage = { step_uuid, message, decision: undefined };
    this.waiting.push(pending);
    this.undecided += 1;
    return pending;
  }

  hasMessageFor(stepUuid: string): boolean {
    return this.waiting.some((pending) => pending.step_uuid === stepUuid);
  }

  /** Removes and returns the oldest message to a step. @throws Error if there is none: a bug. */
  next(stepUuid: string): PendingMessage {
    const index = this.waiting.findIndex((pending) => pending.step_uuid === stepUuid);
    const [pending] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (pending === undefined) throw new Error(`no message waits for step ${stepUuid}`);
    return pending;
  }

  /** Removes a message because it was decided or the step is over. */
  remove(pending: PendingMessage): void {
    const index = this.waiting.indexOf(pending);
    if (index >= 0) this.waiting.splice(index, 1);
    this.undecided -= 1;
  }
}
