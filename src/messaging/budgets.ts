/** Budgets for sends and code attempts, shared by all processes. A run's own limits apply first. */
import type { Channel } from '../domain/otp/policy';

interface Spending {
  /** Identical on every retry: a repetition is not counted again. */
  key: string;
  account_uuid: string;
  mode: 'live' | 'test';
  run_uuid: string;
  /** E.164 or an email address; null if not known. */
  to: string | null;
}

export interface SendSpending extends Spending {
  channel: Channel;
  to: string;
  /** Number of the send within its verification, from 1, and the maximum. */
  number: number;
  max_sends: number;
}

export interface CodeAttemptSpending extends Spending {
  attempts_left: number;
  /** IP address of the person's device; null if unknown. */
  ip: string | null;
}

/** A requested send, before it is known if it will start. */
export type SendRequest = Pick<Spending, 'account_uuid' | 'mode'> & {
  channel: Channel;
  to: string;
  ip: string | null;
};

/** The exhausted budget, or the reason why the destination is not allowed. */
export type BudgetReason =
  'run' | 'destination' | 'account' | 'ip' | 'prefix' | 'country_not_allowed' | 'premium_number';

export type BudgetDecision =
  | { kind: 'taken' }
  /** `retry_after` in seconds; null if waiting does not help. */
  | { kind: 'exhausted'; reason: BudgetReason; retry_after: number | null };

export interface Budgets {
  /** @throws if the budgets can't be read: nothing is sent then. */
  spendSend(spending: SendSpending): Promise<BudgetDecision>;
  /** @throws if the budgets can't be read: no code is compared then. */
  spendCodeAttempt(spending: CodeAttemptSpending): Promise<BudgetDecision>;
  /**
   * Returns what `spendSend` would decide; counts the request for its IP address. @throws if the budgets can't be read.
   */
  checkSendRequest(request: SendRequest): Promise<BudgetDecision>;
  /** Refunds the attempt of a correct code, and counts a verification for its prefix. */
  refundCodeAttempt(spending: Omit<CodeAttemptSpending, 'attempts_left' | 'ip'>): Promise<void>;
}

/** Limits of the run's own NIP. */
export const runLimits: Budgets = {
  spendSend: ({ number, max_sends }) => Promise.resolve(verdict(number <= max_sends)),
  spendCodeAttempt: ({ attempts_left }) => Promise.resolve(verdict(attempts_left > 0)),
  checkSendRequest: () => Promise.resolve(verdict(true)),
  refundCodeAttempt: () => Promise.resolve(),
};

function verdict(isLeft: boolean): BudgetDecision {
  return isLeft ? { kind: 'taken' } : { kind: 'exhausted', reason: 'run', retry_after: null };
}
