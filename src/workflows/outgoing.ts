import { CancellationScope, condition } from '@temporalio/workflow';
import type { SendAnswer } from '../nips/messages';
import { tellOutcome } from './late-outcomes';
import type { Run } from './run';

/**
 * What became of a message, or how it is sent once more. `settle` is called when its news have their turn, before what
 * is owed to MongoDB is published: what goes on beside the steps changes nothing before that.
 */
export type Sent = { settle?: () => void } & ({ answer: SendAnswer } | { again: Sending });
type Sending = () => Promise<Sent>;

/** What steps send, and what became of it, until its step hears of that. */
export class Outgoing {
  private underWay = 0;
  private sending = 0;
  private readonly answers: { step_uuid: string; sent: Sent }[] = [];

  constructor(private readonly run: Run) {}

  /** True where nothing is being sent and every answer was told. */
  get isEmpty(): boolean {
    return this.underWay === 0;
  }

  /**
   * Sends something beside the steps; what became of it reaches its step in turn. A step that ends meanwhile doesn't
   * cancel it: a message that may have gone out is brought to its end.
   */
  send(step_uuid: string, work: Sending): void {
    this.underWay += 1;
    this.sending += 1;
    const bring = async () => {
      this.answers.push({ step_uuid, sent: await work() });
      this.sending -= 1;
      await this.run.inTurn(() => this.tell());
    };
    void CancellationScope.nonCancellable(bring).finally(() => (this.underWay -= 1));
  }

  /** Waits for all that is being sent and for what follows from it. The caller has the run to itself. */
  async settle(): Promise<void> {
    while (this.sending > 0 || this.answers.length > 0) {
      await condition(() => this.sending === 0);
      await this.tell();
    }
  }

  /** Waits until it is known what became of all that was sent. */
  async finish(): Promise<void> {
    if (!this.isEmpty) await condition(() => this.isEmpty);
  }

  /** Hands the answers that have come to their step; those of a step that is over are kept, no more. */
  private async tell(): Promise<void> {
    for (let next = this.answers.shift(); next !== undefined; next = this.answers.shift()) {
      const { step_uuid, sent } = next;
      if (sent.settle !== undefined) await this.settleLoan(sent.settle);
      if ('again' in sent) this.send(step_uuid, sent.again);
      else await tellOutcome(this.run, step_uuid, { kind: 'answer', ...sent.answer });
    }
  }

  private async settleLoan(settle: () => void): Promise<void> {
    settle();
    await this.run.outbox.publish();
  }
}
