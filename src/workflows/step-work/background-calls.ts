import { CancellationScope, condition } from '@temporalio/workflow';

/**
 * Output of a background call, or how it is made once more. `confirm` is called in the run's turn, before the pending
 * events are published: what goes on beside the steps changes nothing before that.
 */
export type Result = { confirm?: () => void } & ({ output: unknown } | { again: Work });
export type Work = () => Promise<Result>;
/** Tells the step of an output. */
type Tell = (output: unknown) => Promise<void>;

interface Owner {
  inTurn<Value>(handle: () => Promise<Value>): Promise<Value>;
  readonly publisher: { publish(): Promise<void> };
}

/** Activities that steps started and that go on beside them, until their step is told of the result. */
export class BackgroundCalls {
  private unfinished = 0;
  private running = 0;
  private readonly results: { result: Result; tell: Tell }[] = [];

  constructor(private readonly owner: Owner) {}

  /** True where nothing runs and every result was told. */
  get isEmpty(): boolean {
    return this.unfinished === 0;
  }

  /**
   * Starts a call. Its step is told of the result in the run's turn. A step that ends meanwhile doesn't cancel the call:
   * what may have had its effect is brought to its end.
   */
  start(work: Work, tell: Tell): void {
    this.unfinished += 1;
    this.running += 1;
    const bring = async () => {
      this.results.push({ result: await work(), tell });
      this.running -= 1;
      await this.owner.inTurn(() => this.tellResults());
    };
    void CancellationScope.nonCancellable(bring).finally(() => (this.unfinished -= 1));
  }

  /** Waits for all that runs and for what follows from it. The caller has the run to itself. */
  async settle(): Promise<void> {
    while (this.running > 0 || this.results.length > 0) {
      await condition(() => this.running === 0);
      await this.tellResults();
    }
  }

  /** Waits until every result was told. */
  async finish(): Promise<void> {
    if (!this.isEmpty) await condition(() => this.isEmpty);
  }

  private async tellResults(): Promise<void> {
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
