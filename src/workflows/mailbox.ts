/** Messages on their way from a handler to the step that waits for them. */
import type { StepMessage } from '../steps/contract';
import type { Json } from '../runs/events';

export type Verdict =
  { kind: 'accepted' } | { kind: 'refused'; code: string; message: string; details: Json };

/** A message in hand: its step gives the verdict, its handler waits for it. */
export interface Ticket {
  readonly step_uuid: string;
  readonly message: StepMessage;
  verdict: Verdict | undefined;
}

export class Mailbox {
  private readonly waiting: Ticket[] = [];
  private undecided = 0;

  /** True where no message waits for a verdict. */
  get isIdle(): boolean {
    return this.undecided === 0;
  }

  put(step_uuid: string, message: StepMessage): Ticket {
    const ticket: Ticket = { step_uuid, message, verdict: undefined };
    this.waiting.push(ticket);
    this.undecided += 1;
    return ticket;
  }

  holds(stepUuid: string): boolean {
    return this.waiting.some((ticket) => ticket.step_uuid === stepUuid);
  }

  /** Hands out the oldest message to a step. */
  take(stepUuid: string): Ticket {
    const index = this.waiting.findIndex((ticket) => ticket.step_uuid === stepUuid);
    const [ticket] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (ticket === undefined) throw new Error(`no message waits for step ${stepUuid}`);
    return ticket;
  }

  /** Its handler goes: with a verdict, or because the step is over. */
  leave(ticket: Ticket): void {
    const index = this.waiting.indexOf(ticket);
    if (index >= 0) this.waiting.splice(index, 1);
    this.undecided -= 1;
  }
}
