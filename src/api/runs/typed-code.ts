import { digestOfCode } from '../../crypto/codes';
import { attemptsLeft } from '../../nips/readings';
import { currentOf, type Verification } from '../../nips/state';
import { policyOf } from '../../runs/step-nip';
import type { StepView } from '../../runs/view';
import type { RunRecord } from '../../store/runs/runs';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';
import { destinationOf } from '../../presentation/open-destinations';

/** A code that a person typed, on its way to the workflow, which hears no more of it than a digest. */
export class TypedCode {
  private readonly current: Verification | undefined;
  private isGuess = false;
  private isSpent = false;

  constructor(
    private readonly deps: Pick<ApiDependencies, 'config' | 'budgets' | 'metrics' | 'logger'>,
    private readonly run: RunRecord,
    private readonly step: StepView,
    private readonly runKey: Buffer,
  ) {
    this.current = step.nip === undefined ? undefined : currentOf(step.nip);
  }

  /**
   * Its digest under the key of the code that is awaited; null where none is, or where that key is gone: nobody can
   * type that code any more, and trying costs nothing.
   */
  factsOf(code: string): { order: number; digest: string } | null {
    if (this.current?.issue == null) return null;
    const { order, issue } = this.current;
    if (this.deps.config.CODE_KEYS.find(issue.key_id) === undefined) return null;
    this.isGuess = true;
    const place = { run_uuid: this.run._id, step_uuid: this.step.uuid, order };
    return { order, digest: digestOfCode(this.deps.config.CODE_KEYS, issue.key_id, place, code) };
  }

  /** Guesses are budgeted beyond the run too. `key`: the same at each repetition. @throws ApiError `guesses_exhausted`. */
  async spend(key: string, ip: string | null): Promise<void> {
    if (!this.isGuess || this.current === undefined) return;
    const attempts_left = attemptsLeft(policyOf(this.step), this.current);
    const verdict = await this.deps.budgets.takeGuess({ ...this.spending(key), attempts_left, ip });
    this.isSpent = verdict.kind === 'taken';
    if (verdict.kind === 'taken') return;
    this.deps.metrics.refused(verdict.reason, 'guess');
    const headers = { 'Retry-After': String(verdict.retry_after ?? 60) };
    throw new ApiError('guesses_exhausted', 'Too many codes were typed. Wait.', [], headers);
  }

  /** The code was right. What this counts is worth no failure of the call. */
  async credit(key: string): Promise<void> {
    if (!this.isSpent) return;
    await this.deps.budgets.creditGuess(this.spending(key)).catch((error: unknown) => {
      this.deps.logger.warn({ err: error, run_uuid: this.run._id }, 'a right code was not counted');
    });
  }

  private spending(key: string) {
    const { _id: run_uuid, account_uuid, mode } = this.run;
    const to = this.current === undefined ? null : destinationOf(this.run, this.step, this.runKey);
    return { key, run_uuid, account_uuid, mode, to };
  }
}
