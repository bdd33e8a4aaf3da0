import { digestCode } from '../../platform/crypto/codes';
import { attemptsLeft } from '../../domain/otp/queries';
import { currentVerification, type OtpState, type Verification } from '../../domain/otp/state';
import { findDestination } from '../../presentation/open-destinations';
import { otpStateOf, policyOf } from '../../steps/shared/one-time-code/state';
import type { StepView } from '../../domain/run/view';
import type { RunRecord } from '../../store/runs/runs';
import { DomainError } from '../domain-error';
import type { Ports, Settings } from '../ports';

type CodePorts = Pick<Ports, 'budgets' | 'metrics' | 'logger'> & Settings<'CODE_KEYS'>;

/** Names a code to the workflow. */
interface CodeDigest {
  order: number;
  digest: string;
}

/** A code that a person typed. The workflow receives only its digest. */
export class CodeAttempt {
  private readonly state: OtpState | undefined;
  private readonly current: Verification | undefined;
  private hasCode = false;
  private isSpent = false;

  constructor(
    private readonly ports: CodePorts,
    private readonly run: RunRecord,
    private readonly step: StepView,
    private readonly runKey: Buffer,
  ) {
    this.state = otpStateOf(step);
    this.current = this.state && currentVerification(this.state);
  }

  /**
   * Returns the digest under the key of the expected code. Null if no code is expected, or if its key was removed: that
   * code can't match any more, and the attempt is free. So is a repetition of an earlier verification's right code.
   */
  factsOf(code: string): CodeDigest | null {
    const facts = this.current && this.digestFor(this.current, code);
    if (facts == null) return null;
    const repeated = this.isRight(facts) ? undefined : this.findRepeated(code);
    this.hasCode = repeated === undefined;
    return repeated ?? facts;
  }

  /** Returns the digest under the key of a verification's code; null without a code or its key. */
  private digestFor({ order, issue }: Verification, code: string): CodeDigest | null {
    const { CODE_KEYS } = this.ports.config;
    if (issue === null || CODE_KEYS.find(issue.key_id) === undefined) return null;
    const place = { run_uuid: this.run._id, step_uuid: this.step.uuid, order };
    return { order, digest: digestCode(CODE_KEYS, issue.key_id, place, code) };
  }

  private isRight({ order, digest }: CodeDigest): boolean {
    const found = this.state?.verifications.find((each) => each.order === order);
    return found?.issue?.digest === digest;
  }

  /** Finds the earlier verification that this code passed, for a person whose page sent it twice. */
  private findRepeated(code: string): CodeDigest | undefined {
    const passed = this.state?.verifications.filter(({ status }) => status === 'verified') ?? [];
    return passed
      .flatMap((verification) => this.digestFor(verification, code) ?? [])
      .find((facts) => this.isRight(facts));
  }

  /**
   * Counts an attempt in the budgets that runs share. `key`: identical on every retry.
   * @throws DomainError `guesses_exhausted`.
   */
  async spend(key: string, ip: string | null): Promise<void> {
    if (!this.hasCode || this.current === undefined) return;
    const attempts_left = attemptsLeft(policyOf(this.step), this.current);
    const verdict = await this.ports.budgets.spendCodeAttempt({
      ...this.spending(key),
      attempts_left,
      ip,
    });
    this.isSpent = verdict.kind === 'taken';
    if (verdict.kind === 'taken') return;
    this.ports.metrics.refused(verdict.reason, 'attempt');
    const retry_after = verdict.retry_after ?? 60;
    throw new DomainError('guesses_exhausted', 'Too many codes were typed. Wait.', { retry_after });
  }

  /** Refunds the attempt after a correct code. Never fails the call: logs errors. */
  async credit(key: string): Promise<void> {
    if (!this.isSpent) return;
    await this.ports.budgets.refundCodeAttempt(this.spending(key)).catch((error: unknown) => {
      this.ports.logger.warn(
        { err: error, run_uuid: this.run._id },
        'the attempt of a correct code was not refunded',
      );
    });
  }

  private spending(key: string) {
    const { _id: run_uuid, account_uuid, mode } = this.run;
    const to =
      this.current === undefined ? null : findDestination(this.run, this.step, this.runKey);
    return { key, run_uuid, account_uuid, mode, to };
  }
}
