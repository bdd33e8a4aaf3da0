/**
 * OTP policy: decides what follows from a refusal, a receipt, silence, a resend request or a code attempt. Pure: it
 * receives the state, one input and the time, and returns the resulting events and a decision. The rules follow kiban's
 * NIP configurations and the retry logic of Twilio Verify.
 */
import type { FailureCause, OtpEvent, SendCause } from './events';
import type {
  OtpDecision,
  OtpInput,
  OtpOutcome,
  OtpDecisionResult,
  Receipt,
  SendResult,
} from './messages';
import { routeKey, type Channel, type NipPolicy, type Route } from './policy';
import { eventFromSendResult, eventFromReceipt } from './provider-events';
import * as read from './queries';
import { currentVerification, evolveOtp, type OtpState, type Verification } from './state';

/** A code that expires sooner than this is not sent again, in milliseconds. */
export const MIN_CODE_LIFE_MS = 60_000;

/** Decides the result of one input at the time `now` (milliseconds since the epoch). */
export function decide(
  policy: NipPolicy,
  state: OtpState,
  input: OtpInput,
  now: number,
): OtpDecision {
  const decider = new OtpDecider(policy, state, now);
  const verdict = decider.handle(input);
  return { events: decider.events, verdict, outcome: decider.outcome };
}

const accepted: OtpDecisionResult = { kind: 'accepted' };
const notAllowed: OtpDecisionResult = { kind: 'refused', code: 'action_not_allowed' };

class OtpDecider {
  readonly events: OtpEvent[] = [];
  outcome: OtpOutcome | null = null;

  constructor(
    private readonly policy: NipPolicy,
    private state: OtpState,
    private readonly now: number,
  ) {}

  handle(input: OtpInput): OtpDecisionResult {
    if (input.kind === 'begin') return this.begin();
    if (input.kind === 'answer') return this.handleSendResult(input);
    if (input.kind === 'receipt') return this.handleReceipt(input);
    const current = currentVerification(this.state);
    if (current === undefined) return notAllowed;
    if (input.kind === 'silence') return this.handleSilence(current);
    if (input.kind === 'code') return this.handleTypedCode(current, input);
    if (input.kind === 'opened') return this.handleOpened(current);
    return this.handleSendRequest(current, input);
  }

  /** Handles a request of the person or of staff for another send. */
  private handleSendRequest(
    current: Verification,
    input: Extract<OtpInput, { kind: 'resend' | 'staff_resend' | 'switch' }>,
  ): OtpDecisionResult {
    if (read.sendsLeft(this.policy, current) === 0) return notAllowed;
    if (input.kind === 'resend') return this.handleResendRequest(current);
    if (input.kind === 'switch') return this.handleSwitchRequest(current, input.channel);
    this.send('staff');
    return accepted;
  }

  private begin(): OtpDecisionResult {
    const next = this.state.verifications.find(({ status }) => status === 'pending');
    if (next === undefined || currentVerification(this.state) !== undefined) return notAllowed;
    this.emit({ type: 'verification_started', data: { order: next.order } });
    this.send('first');
    return accepted;
  }

  private handleSendResult(answer: SendResult): OtpDecisionResult {
    const silent_at = read.silentAt(this.policy, answer, this.now);
    const event = eventFromSendResult(this.state, answer, silent_at);
    if (event === null) return accepted;
    this.emit(event);
    if (answer.status === 'failed') {
      const isPermanent = answer.refusal === 'permanent' || answer.refusal === 'misconfigured';
      this.deliveryFailed(answer, 'refused', isPermanent);
    }
    return accepted;
  }

  private handleReceipt(receipt: Receipt): OtpDecisionResult {
    const event = eventFromReceipt(this.state, receipt);
    if (event === null) return accepted;
    this.emit(event);
    const { status, is_permanent = false } = receipt;
    if (status !== 'delivered') this.deliveryFailed(receipt, 'undelivered', is_permanent);
    return accepted;
  }

  private handleSilence(current: Verification): OtpDecisionResult {
    const send = read.findNextSilentSend(current);
    if (send?.silent_at == null || send.silent_at > this.now) return accepted;
    this.deliveryFailed({ order: current.order, send: send.number }, 'silence', false);
    return accepted;
  }

  /** Replaces a code that expired before the person opened the run. */
  private handleOpened(current: Verification): OtpDecisionResult {
    const isExpired = current.issue !== null && current.issue.expires_at <= this.now;
    if (isExpired && read.sendsLeft(this.policy, current) > 0) this.send('opened');
    return accepted;
  }

  private handleResendRequest(current: Verification): OtpDecisionResult {
    const availableAt = read.resendAvailableAt(this.policy, current) ?? 0;
    if (this.now < availableAt) {
      const retry_after = Math.ceil((availableAt - this.now) / 1_000);
      return { kind: 'refused', code: 'resend_too_soon', retry_after };
    }
    const last = current.sends.at(-1);
    if (last !== undefined) this.fail({ order: current.order, send: last.number }, 'resend', false);
    this.send('resend');
    return accepted;
  }

  private handleSwitchRequest(current: Verification, channel: Channel): OtpDecisionResult {
    const plan = read.findVerificationPolicy(this.policy, current);
    const routes: Route[] = plan.backup === null ? [plan] : [plan, plan.backup];
    const route = routes.find((each) => each.channel === channel);
    if (route === undefined || current.channel === channel) return notAllowed;
    this.switchRoute(current, route, 'staff');
    this.send('staff');
    return accepted;
  }

  private handleTypedCode(
    current: Verification,
    { order, digest }: { order: number; digest: string },
  ): OtpDecisionResult {
    const { issue } = current;
    if (order !== current.order || issue === null || this.now >= issue.expires_at) {
      return { kind: 'refused', code: 'code_expired' };
    }
    if (digest !== issue.digest) return this.handleWrongCode(current);
    this.emit({ type: 'verification_passed', data: { order } });
    if (this.state.verifications.every(({ status }) => status === 'verified')) {
      this.outcome = 'verified';
    } else {
      this.begin();
    }
    return accepted;
  }

  private handleWrongCode({ order, wrong_codes }: Verification): OtpDecisionResult {
    this.emit({ type: 'code_refused', data: { order, wrong_codes: wrong_codes + 1 } });
    const attempts_left = Math.max(0, this.policy.code.max_wrong - wrong_codes - 1);
    if (attempts_left === 0) this.failVerification(order, 'guesses_exhausted');
    return { kind: 'refused', code: 'code_incorrect', attempts_left };
  }

  /** Handles a failed delivery. The next send needs no action of the person. */
  private deliveryFailed(
    place: { order: number; send: number },
    cause: FailureCause,
    isPermanent: boolean,
  ): void {
    const current = currentVerification(this.state);
    if (current?.order !== place.order) return;
    const isLatest = current.sends.at(-1)?.number === place.send;
    this.fail(place, cause, isPermanent && isLatest);
    const now = currentVerification(this.state) ?? current;
    const hasMoved = routeKey(current) !== routeKey(now);
    if (isLatest) this.sendNext(now, isPermanent && !hasMoved);
    // If a later send is in progress already, only a backup that has just taken over adds a send.
    else if (hasMoved && read.sendsLeft(this.policy, now) > 0) this.send('delivery_failed');
  }

  /**
   * Chooses the next step after the latest delivery failed: another send, waiting for a code that may have arrived, or
   * none.
   */
  private sendNext(now: Verification, isDeadEnd: boolean): void {
    const mayGoOn = !isDeadEnd || read.canStillVerify(now, this.now);
    if (!mayGoOn || read.sendsLeft(this.policy, now) === 0) {
      this.failVerification(now.order, 'delivery_exhausted');
    } else if (!isDeadEnd) {
      this.send('delivery_failed');
    }
  }

  /** Counts a failed attempt, once for each send, and switches to the backup route when it is due. */
  private fail(
    { order, send: number }: { order: number; send: number },
    cause: FailureCause,
    isPermanent: boolean,
  ): void {
    const send = read.findSend(this.state, { order, send: number });
    if (send === undefined) return;
    const isNew = !send.has_failed;
    if (isNew) this.emit({ type: 'send_failed', data: { order, send: number, cause } });
    const current = currentVerification(this.state);
    if (current?.order !== order) return;
    const other = read.otherRoute(this.policy, current);
    if (other === null) return;
    if (isPermanent) this.switchRoute(current, other, 'permanent_failure');
    else if (isNew && this.shouldSwitchToBackup(current))
      this.switchRoute(current, other, 'failed_attempts');
  }

  private shouldSwitchToBackup(current: Verification): boolean {
    const { backup } = read.findVerificationPolicy(this.policy, current);
    if (backup === null || current.backup_active) return false;
    return current.failed_attempts >= backup.after_failed_attempts;
  }

  private switchRoute(
    current: Verification,
    { channel, connector_uuid }: Route,
    cause: 'failed_attempts' | 'permanent_failure' | 'staff',
  ): void {
    const { backup } = read.findVerificationPolicy(this.policy, current);
    const backup_active =
      backup !== null && backup.channel === channel && backup.connector_uuid === connector_uuid;
    const data = { order: current.order, channel, connector_uuid, backup_active, cause };
    this.emit({ type: 'channel_changed', data });
  }

  private send(cause: SendCause): void {
    const current = currentVerification(this.state);
    if (current === undefined) return;
    const { order, channel, connector_uuid, sends } = current;
    if (current.issue === null || current.issue.expires_at - this.now < MIN_CODE_LIFE_MS) {
      const expires_at = this.now + this.policy.code.expires_in * 1_000;
      const issue = (current.issue?.number ?? 0) + 1;
      this.emit({
        type: 'code_issued',
        data: { order, issue, key_id: '', digest: '', expires_at },
      });
    }
    const issue = currentVerification(this.state)?.issue?.number ?? 0;
    const data = { order, send: sends.length + 1, issue, channel, connector_uuid, cause };
    this.emit({ type: 'send_queued', data });
  }

  private failVerification(order: number, cause: 'delivery_exhausted' | 'guesses_exhausted'): void {
    this.emit({ type: 'verification_failed', data: { order, cause } });
    this.outcome = cause;
  }

  private emit(event: OtpEvent): void {
    this.events.push(event);
    this.state = evolveOtp(this.state, event, this.now);
  }
}
