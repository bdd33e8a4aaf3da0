/** What may be spent on codes. Shared by all processes; a run's own limits are the first of them. */
import type { Channel } from '../domain/otp/policy';

interface Spending {
  /** The same at each try: a repetition spends nothing. */
  key: string;
  account_uuid: string;
  mode: 'live' | 'test';
  run_uuid: string;
  /** E.164 or an email address; null where it isn't known. */
  to: string | null;
}

export interface SendSpending extends Spending {
  channel: Channel;
  to: string;
  /** Which message of its verification it is, from 1, and how many there may be. */
  number: number;
  max_sends: number;
}

export interface CodeAttemptSpending extends Spending {
  attempts_left: number;
  /** Of the person's own device, null where nobody told. */
  ip: string | null;
}

/** A message that is asked for, before anybody knows whether it will go out. */
export type SendRequest = Pick<Spending, 'account_uuid' | 'mode'> & {
  channel: Channel;
  to: string;
  ip: string | null;
};

/** Of which budget nothing is left, or why nothing may go there at all. */
export type BudgetReason =
  'run' | 'destination' | 'account' | 'ip' | 'prefix' | 'country_not_allowed' | 'premium_number';

export type BudgetDecision =
  | { kind: 'taken' }
  /** `retry_after` in seconds; null where no time brings it back. */
  | { kind: 'exhausted'; reason: BudgetReason; retry_after: number | null };

export interface Budgets {
  /** @throws where it can't be read: nothing is sent then. */
  spendSend(spending: SendSpending): Promise<BudgetDecision>;
  /** @throws where it can't be read: nothing is compared then. */
  spendCodeAttempt(spending: CodeAttemptSpending): Promise<BudgetDecision>;
  /** What `takeSend` would say; counts the wish for the IP address that it comes from. @throws where it can't be read. */
  checkSendRequest(wish: SendRequest): Promise<BudgetDecision>;
  /** A right code was typed: its guess is given back, and the prefix is seen to have people behind it. */
  refundCodeAttempt(spending: Omit<CodeAttemptSpending, 'attempts_left' | 'ip'>): Promise<void>;
}

/** The limits that stand in a run's own NIP. */
export const runLimits: Budgets = {
  spendSend: ({ number, max_sends }) => Promise.resolve(verdict(number <= max_sends)),
  spendCodeAttempt: ({ attempts_left }) => Promise.resolve(verdict(attempts_left > 0)),
  checkSendRequest: () => Promise.resolve(verdict(true)),
  refundCodeAttempt: () => Promise.resolve(),
};

function verdict(isLeft: boolean): BudgetDecision {
  return isLeft ? { kind: 'taken' } : { kind: 'exhausted', reason: 'run', retry_after: null };
}
