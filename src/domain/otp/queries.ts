/** Queries of a NIP's state. */
import type { SendResult } from './messages';
import { routeKey, type NipPolicy, type Route, type VerificationPolicy } from './policy';
import { currentVerification, type OtpState, type Send, type Verification } from './state';

/** Returns when the next missing receipt becomes a failed attempt; null if no receipt is expected. */
export function nextSilenceAt(state: OtpState): number | null {
  return findNextSilentSend(currentVerification(state))?.silent_at ?? null;
}

/** Returns the send whose missing receipt becomes a failed attempt next. */
export function findNextSilentSend(verification: Verification | undefined): Send | undefined {
  const awaited = verification?.sends.filter((send) => !send.has_failed && isAwaited(send)) ?? [];
  return awaited
    .filter(({ silent_at }) => silent_at !== null)
    .reduce<Send | undefined>((first, each) => (isSooner(each, first) ? each : first), undefined);
}

function isSooner({ silent_at }: Send, other: Send | undefined): boolean {
  return (silent_at ?? 0) < (other?.silent_at ?? Infinity);
}

/** Returns when the person may ask for another send, in milliseconds since the epoch; null before the first send. */
export function resendAvailableAt(policy: NipPolicy, verification: Verification): number | null {
  const last = verification.sends.at(-1);
  return last === undefined ? null : last.at + policy.code.resend_after * 1_000;
}

export function sendsLeft(policy: NipPolicy, { sends }: Verification): number {
  return Math.max(0, policy.code.max_sends - sends.length);
}

export function attemptsLeft(policy: NipPolicy, { wrong_codes }: Verification): number {
  return Math.max(0, policy.code.max_wrong - wrong_codes);
}

/** Returns true if a receipt of the send is expected. */
function isAwaited({ status }: Send): boolean {
  return status === 'sent' || status === 'unknown';
}

/** Returns true if the send has no final status yet. */
export function isOpen({ status }: Send): boolean {
  return status === 'queued' || status === 'sent' || status === 'unknown';
}

/**
 * Returns true if a response of the provider adds information. It does so once; for a send with a receipt, only the
 * provider's id is new.
 */
export function isNewInformation(send: Send, { status }: SendResult): boolean {
  return send.provider_id === null && (send.status === 'queued' || status === 'sent');
}

/** Returns true if the person may have received a code that is still valid. */
export function canStillVerify({ issue, sends }: Verification, now: number): boolean {
  if (issue === null || issue.expires_at <= now) return false;
  return sends.some(({ status, issue: of }) => of === issue.number && mayHaveArrived(status));
}

function mayHaveArrived(status: Send['status']): boolean {
  return status === 'delivered' || status === 'sent' || status === 'unknown';
}

/** Returns the other route of the verification, if it isn't a dead end; null otherwise. */
export function otherRoute(policy: NipPolicy, verification: Verification): Route | null {
  const plan = findVerificationPolicy(policy, verification);
  const closed = [routeKey(verification), ...(verification.dead_ends ?? [])];
  const routes: Route[] = plan.backup === null ? [plan] : [plan.backup, plan];
  return routes.find((route) => !closed.includes(routeKey(route))) ?? null;
}

/** Returns when a missing receipt becomes a failed attempt; null if no receipt is expected. */
export function silentAt(
  policy: NipPolicy,
  { status, gives_receipts }: SendResult,
  now: number,
): number | null {
  const isAwaited = status === 'unknown' || (status === 'sent' && gives_receipts);
  return isAwaited ? now + policy.code.receipt_timeout * 1_000 : null;
}

export function findSend(
  { verifications }: OtpState,
  place: { order: number; send: number },
): Send | undefined {
  const verification = verifications.find(({ order }) => order === place.order);
  return verification?.sends.find(({ number }) => number === place.send);
}

/** Returns the policy of a verification. @throws Error for a verification that the policy lacks: a bug. */
export function findVerificationPolicy(
  { verifications }: NipPolicy,
  { order }: Verification,
): VerificationPolicy {
  const plan = verifications[order - 1];
  if (plan === undefined) throw new Error(`there is no verification ${order}`);
  return plan;
}
