/**
 * The ladder of a code: what follows from a refusal, a receipt, silence, a wish or a code that was typed. Pure: it is
 * given the state, one input and the time, and answers with the events that follow and a verdict. The rules are those
 * of seed 000 and of Twilio Verify's retry logic.
 */
import type { FailureCause, LadderEvent, SendCause } from './events';
import type {
  Decision,
  LadderInput,
  LadderOutcome,
  LadderVerdict,
  Receipt,
  SendAnswer,
} from './messages';
import { rungKey, type Channel, type NipPolicy, type Rung } from './policy';
import { eventOfAnswer, eventOfReceipt } from './outcomes';
import * as read from './readings';
import { currentOf, evolveLadder, type LadderState, type Verification } from './state';

/** A code with less life left than this isn't sent again, in milliseconds. */
export const LEAST_LIFE_MS = 60_000;

/** What follows from one input at the time `now` (milliseconds since the epoch). */
export function decide(
  policy: NipPolicy,
  state: LadderState,
  input: LadderInput,
  now: number,
): Decision {
  return new Ladder(policy, state, now).take(input);
}

const accepted: LadderVerdict = { kind: 'accepted' };
const notAllowed: LadderVerdict = { kind: 'refused', code: 'action_not_allowed' };

class Ladder {
  private readonly events: LadderEvent[] = [];
  private outcome: LadderOutcome | null = null;

  constructor(
    private readonly policy: NipPolicy,
    private state: LadderState,
    private readonly now: number,
  ) {}

  take(input: LadderInput): Decision {
    const verdict = this.handle(input);
    return { events: this.events, verdict, outcome: this.outcome };
  }

  private handle(input: LadderInput): LadderVerdict {
    if (input.kind === 'begin') return this.begin();
    if (input.kind === 'answer') return this.answered(input);
    if (input.kind === 'receipt') return this.reported(input);
    const current = currentOf(this.state);
    return current === undefined ? notAllowed : this.handleCurrent(current, input);
  }

  private handleCurrent(
    current: Verification,
    input: Exclude<LadderInput, { kind: 'begin' | 'answer' | 'receipt' }>,
  ): LadderVerdict {
    if (input.kind === 'silence') return this.silent(current);
    if (input.kind === 'code') return this.typed(current, input);
    if (input.kind === 'opened') return this.opened(current);
    if (read.sendsLeft(this.policy, current) === 0) return notAllowed;
    if (input.kind === 'wish') return this.wished(current);
    if (input.kind === 'switch') return this.switched(current, input.channel);
    this.send('staff');
    return accepted;
  }

  private begin(): LadderVerdict {
    const next = this.state.verifications.find(({ status }) => status === 'pending');
    if (next === undefined || currentOf(this.state) !== undefined) return notAllowed;
    this.emit({ type: 'verification_started', data: { order: next.order } });
    this.send('first');
    return accepted;
  }

  private answered(answer: SendAnswer): LadderVerdict {
    const silent_at = read.silentAt(this.policy, answer, this.now);
    const event = eventOfAnswer(this.state, answer, silent_at);
    if (event === null) return accepted;
    this.emit(event);
    if (answer.status === 'failed') {
      const isPermanent = answer.refusal === 'permanent' || answer.refusal === 'misconfigured';
      this.deliveryFailed(answer, 'refused', isPermanent);
    }
    return accepted;
  }

  private reported(receipt: Receipt): LadderVerdict {
    const event = eventOfReceipt(this.state, receipt);
    if (event === null) return accepted;
    this.emit(event);
    const { status, is_permanent = false } = receipt;
    if (status !== 'delivered') this.deliveryFailed(receipt, 'undelivered', is_permanent);
    return accepted;
  }

  private silent(current: Verification): LadderVerdict {
    const send = read.nextSilent(current);
    if (send?.silent_at == null || send.silent_at > this.now) return accepted;
    this.deliveryFailed({ order: current.order, send: send.number }, 'silence', false);
    return accepted;
  }

  /** A code that expired before anybody came is replaced. */
  private opened(current: Verification): LadderVerdict {
    const isExpired = current.issue !== null && current.issue.expires_at <= this.now;
    if (isExpired && read.sendsLeft(this.policy, current) > 0) this.send('opened');
    return accepted;
  }

  private wished(current: Verification): LadderVerdict {
    const availableAt = read.resendAvailableAt(this.policy, current) ?? 0;
    if (this.now < availableAt) {
      const retry_after = Math.ceil((availableAt - this.now) / 1_000);
      return { kind: 'refused', code: 'resend_too_soon', retry_after };
    }
    const last = current.sends.at(-1);
    if (last !== undefined) this.fail({ order: current.order, send: last.number }, 'wish', false);
    this.send('wish');
    return accepted;
  }

  private switched(current: Verification, channel: Channel): LadderVerdict {
    const plan = read.planOf(this.policy, current);
    const rungs: Rung[] = plan.backup === null ? [plan] : [plan, plan.backup];
    const rung = rungs.find((each) => each.channel === channel);
    if (rung === undefined || current.channel === channel) return notAllowed;
    this.climb(current, rung, 'staff');
    this.send('staff');
    return accepted;
  }

  private typed(
    current: Verification,
    { order, digest }: { order: number; digest: string },
  ): LadderVerdict {
    const { issue } = current;
    if (order !== current.order || issue === null || this.now >= issue.expires_at) {
      return { kind: 'refused', code: 'code_expired' };
    }
    if (digest !== issue.digest) return this.guessed(current);
    this.emit({ type: 'verification_passed', data: { order } });
    if (this.state.verifications.every(({ status }) => status === 'verified')) {
      this.outcome = 'verified';
    } else {
      this.begin();
    }
    return accepted;
  }

  private guessed({ order, wrong_codes }: Verification): LadderVerdict {
    this.emit({ type: 'code_refused', data: { order, wrong_codes: wrong_codes + 1 } });
    const attempts_left = Math.max(0, this.policy.code.max_wrong - wrong_codes - 1);
    if (attempts_left === 0) this.giveUp(order, 'guesses_exhausted');
    return { kind: 'refused', code: 'code_incorrect', attempts_left };
  }

  /** A delivery failed: whatever comes next comes by itself, without the person. */
  private deliveryFailed(
    place: { order: number; send: number },
    cause: FailureCause,
    isPermanent: boolean,
  ): void {
    const current = currentOf(this.state);
    if (current?.order !== place.order) return;
    const isLatest = current.sends.at(-1)?.number === place.send;
    this.fail(place, cause, isPermanent && isLatest);
    const now = currentOf(this.state) ?? current;
    const hasMoved = rungKey(current) !== rungKey(now);
    if (isLatest) this.goOn(now, isPermanent && !hasMoved);
    // Where a later one is on its way already, only a backup that has just taken over adds its own.
    else if (hasMoved && read.sendsLeft(this.policy, now) > 0) this.send('delivery_failed');
  }

  /** After the latest delivery failed: another message, waiting for a code that may have arrived, or nothing more. */
  private goOn(now: Verification, isDeadEnd: boolean): void {
    const mayGoOn = !isDeadEnd || read.mayStillType(now, this.now);
    if (!mayGoOn || read.sendsLeft(this.policy, now) === 0) {
      this.giveUp(now.order, 'delivery_exhausted');
    } else if (!isDeadEnd) {
      this.send('delivery_failed');
    }
  }

  /** Counts a failed attempt, once a send, and has the backup take over where it is time. */
  private fail(
    { order, send: number }: { order: number; send: number },
    cause: FailureCause,
    isPermanent: boolean,
  ): void {
    const send = read.sendOf(this.state, { order, send: number });
    if (send === undefined) return;
    const isNew = !send.has_failed;
    if (isNew) this.emit({ type: 'send_failed', data: { order, send: number, cause } });
    const current = currentOf(this.state);
    if (current?.order !== order) return;
    const other = read.otherRung(this.policy, current);
    if (other === null) return;
    if (isPermanent) this.climb(current, other, 'permanent_failure');
    else if (isNew && this.isTimeForBackup(current)) this.climb(current, other, 'failed_attempts');
  }

  private isTimeForBackup(current: Verification): boolean {
    const { backup } = read.planOf(this.policy, current);
    if (backup === null || current.backup_active) return false;
    return current.failed_attempts >= backup.after_failed_attempts;
  }

  private climb(
    current: Verification,
    { channel, connector_uuid }: Rung,
    cause: 'failed_attempts' | 'permanent_failure' | 'staff',
  ): void {
    const { backup } = read.planOf(this.policy, current);
    const backup_active =
      backup !== null && backup.channel === channel && backup.connector_uuid === connector_uuid;
    const data = { order: current.order, channel, connector_uuid, backup_active, cause };
    this.emit({ type: 'channel_changed', data });
  }

  private send(cause: SendCause): void {
    const current = currentOf(this.state);
    if (current === undefined) return;
    const { order, channel, connector_uuid, sends } = current;
    if (current.issue === null || current.issue.expires_at - this.now < LEAST_LIFE_MS) {
      const expires_at = this.now + this.policy.code.expires_in * 1_000;
      const issue = (current.issue?.number ?? 0) + 1;
      this.emit({
        type: 'code_issued',
        data: { order, issue, key_id: '', digest: '', expires_at },
      });
    }
    const issue = currentOf(this.state)?.issue?.number ?? 0;
    const data = { order, send: sends.length + 1, issue, channel, connector_uuid, cause };
    this.emit({ type: 'send_queued', data });
  }

  private giveUp(order: number, cause: 'delivery_exhausted' | 'guesses_exhausted'): void {
    this.emit({ type: 'verification_failed', data: { order, cause } });
    this.outcome = cause;
  }

  private emit(event: LadderEvent): void {
    this.events.push(event);
    this.state = evolveLadder(this.state, event, this.now);
  }
}
