/** Limits of the budgets, and the decisions that follow from counts. Pure. */
import { parsePhoneNumberFromString } from 'libphonenumber-js/max';
import {
  endOfDay,
  SLOT_MS,
  slotStart,
  type Spent,
  type SpendingTotals,
} from '../store/messaging/spending';
import type { BudgetDecision } from './budgets';

/** Limits of an account. A day is a UTC day. */
export interface BudgetLimits {
  /** Sends to one phone or email. */
  destination_sends_10_min: number;
  destination_sends_day: number;
  /** Wrong codes typed for one phone or email. */
  destination_guesses_10_min: number;
  destination_guesses_day: number;
  /** Resend requests and code attempts from one IP address (IPv6: its /64). */
  ip_sends_10_min: number;
  ip_guesses_10_min: number;
  account_sends_day: number;
  /** Sends to one phone prefix (a number without its last four digits) within an hour before the breaker checks it. */
  prefix_sends: number;
  /** The breaker opens below this many verified codes per hundred of those sends. */
  prefix_verified_percent: number;
}

/**
 * Default limits, based on common values: Twilio Verify allows 5 sends and 5 checks in 10 min, Logto 10 sends; NIST SP
 * 800-63B allows at most 100 consecutive wrong codes.
 */
export const DEFAULT_LIMITS: BudgetLimits = {
  destination_sends_10_min: 10,
  destination_sends_day: 30,
  destination_guesses_10_min: 15,
  destination_guesses_day: 30,
  ip_sends_10_min: 60,
  ip_guesses_10_min: 120,
  account_sends_day: 50_000,
  prefix_sends: 40,
  prefix_verified_percent: 10,
};

/** ISO 3166-1 codes of Iberia and of American countries with Spanish, Portuguese or English. */
export const DEFAULT_COUNTRIES: readonly string[] = [
  ...['MX', 'CO', 'BR', 'AR', 'CL', 'PE', 'EC', 'UY', 'PY', 'BO', 'VE', 'CR', 'PA', 'GT', 'HN'],
  ...['SV', 'NI', 'DO', 'PR', 'US', 'CA', 'ES', 'PT'],
];

/** Twilio blocks a prefix for this time (error 60410), in milliseconds. */
export const BREAKER_MS = 12 * 60 * 60_000;

/** Types of numbers with extra charges, or that belong to no single person. */
const COSTLY = new Set<string | undefined>([
  ...['PREMIUM_RATE', 'SHARED_COST', 'PERSONAL_NUMBER', 'PAGER', 'UAN', 'VOICEMAIL', 'TOLL_FREE'],
]);

/** Checks if a phone may receive messages at all. */
export function checkPhone(phone: string, countries: readonly string[]): BudgetDecision {
  const parsed = parsePhoneNumberFromString(phone);
  const country = parsed?.country;
  if (country === undefined || !countries.includes(country)) return never('country_not_allowed');
  return COSTLY.has(parsed?.getType()) ? never('premium_number') : { kind: 'taken' };
}

function never(reason: 'country_not_allowed' | 'premium_number'): BudgetDecision {
  return { kind: 'exhausted', reason, retry_after: null };
}

/** Checks if one more fits the limit. */
export function checkSpending(
  before: Spent,
  { in_10_min, day }: { in_10_min: number; day: number },
  now: number,
): BudgetDecision {
  const times = Object.values(before);
  if (times.length >= day) return later('destination', endOfDay(now) - now);
  const recent = times.filter((time) => time > now - SLOT_MS).sort((a, b) => a - b);
  if (recent.length < in_10_min) return { kind: 'taken' };
  const first = recent[recent.length - in_10_min] ?? now;
  return later('destination', first + SLOT_MS - now);
}

/** Checks the account's daily limit for the counted sends, the last one included. */
export function checkDailyLimit(tally: SpendingTotals, limit: number, now: number): BudgetDecision {
  const sends = Object.values(tally.sends).reduce((sum, count) => sum + count, 0);
  return sends > limit ? later('account', endOfDay(now) - now) : { kind: 'taken' };
}

/** Checks the limit of an IP address for the current ten minutes, the last count included. */
export function checkSlotLimit(tally: SpendingTotals, limit: number, now: number): BudgetDecision {
  const count = tally.sends[slotStart(now)] ?? 0;
  return count > limit ? later('ip', SLOT_MS - (now % SLOT_MS)) : { kind: 'taken' };
}

/** Checks if the prefix is blocked. */
export function checkPrefix({ open_until }: SpendingTotals, now: number): BudgetDecision {
  return open_until > now ? later('prefix', open_until - now) : { kind: 'taken' };
}

/** Returns true for an hour of sends with too few verifications: a sign of traffic pumping. */
export function isPumpingSuspected(
  tally: SpendingTotals,
  limits: BudgetLimits,
  now: number,
): boolean {
  const within = (slots: Readonly<Record<string, number>>) =>
    Object.entries(slots)
      .filter(([slot]) => Number(slot) > slotStart(now) - 6)
      .reduce((sum, [, count]) => sum + count, 0);
  const sends = within(tally.sends);
  if (sends < limits.prefix_sends) return false;
  return within(tally.verified) * 100 < limits.prefix_verified_percent * sends;
}

function later(reason: 'destination' | 'account' | 'ip' | 'prefix', ms: number): BudgetDecision {
  return { kind: 'exhausted', reason, retry_after: Math.max(1, Math.ceil(ms / 1_000)) };
}
