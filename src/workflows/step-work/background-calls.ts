import { CancellationScope, condition } from '@temporalio/workflow';

/**
 * Output of a background call, or the options to make it again. `confirm` is called inside the run's turn, before the
 * pending events are published: background work changes no state before that.
 */
export type Result = { confirm?: () => void } & ({ output: unknown } | { again: Work });
export type Work = () => Promise<Result>;
/** Delivers an output to the step. */
type Tell = (output: unknown) => Promise<void>;

interface Owner {
  inTurn<Value>(handle: () => Promise<Value>): Promise<Value>;
  readonly publisher: { publish(): Promise<void> };
}

/** Background activities of steps. A call counts as running until its step has received the result. */
export class BackgroundCalls {
  private unfinished = 0;
  private running = 0;
  private readonly results: { result: Result; tell: Tell }[] = [];

  constructor(private readonly owner: Owner) {}

  /** True if nothing runs and every result was delivered. */
  get isEmpty(): boolean {
    return this.unfinished === 0;
  }

  /**
   * Starts a call and delivers its result to the step inside the run's turn. A step that ends meanwhile does not cancel
   * the call: a call that may have had its effect is completed.
   */
  start(work: Work, tell: Tell): void {
    this.unfinished += 1;
    this.running += 1;
    const bring = async () => {
      this.results.push({ result: await work(), tell });
      this.running -= 1;
      await this.owner.inTurn(() => this.deliverResults());
    };
    void CancellationScope.nonCancellable(bring).finally(() => (this.unfinished -= 1));
  }

  /** Waits for all running calls and their consequences. Call inside the run's turn. */
  async settle(): Promise<void> {
    while (this.running > 0 || this.results.length > 0) {
      await condition(() => this.running === 0);
      await this.deliverResults();
    }
  }

  /** Waits until every result was delivered. */
  async finish(): Promise<void> {
    if (!this.isEmpty) await condition(() => this.isEmpty);
  }

  private async deliverResults(): Promise<void> {
    for (let next = this.results.shift(); next !== undefined; next = this.results.shift()) {
      const { result, tell } = next;
      if (result.confirm !== undefined) {
        result.confirm();
        await this.owner.publisher.publish();
      }
      if ('again' in result) this.start(result.again, tell);
      else await tell(result.output);
    }
  }
}
