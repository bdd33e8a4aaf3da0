/** What may be spent on codes. Shared by all processes; a run's own limits are the first of them. */
import type { Channel } from '../nips/policy';

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

export interface GuessSpending extends Spending {
  attempts_left: number;
  /** Of the person's own device, null where nobody told. */
  ip: string | null;
}

/** A message that is asked for, before anybody knows whether it will go out. */
export type Wish = Pick<Spending, 'account_uuid' | 'mode'> & {
  channel: Channel;
  to: string;
  ip: string | null;
};

/** Of which budget nothing is left, or why nothing may go there at all. */
export type BudgetReason =
  'run' | 'destination' | 'account' | 'ip' | 'prefix' | 'country_not_allowed' | 'premium_number';

export type BudgetVerdict =
  | { kind: 'taken' }
  /** `retry_after` in seconds; null where no time brings it back. */
  | { kind: 'exhausted'; reason: BudgetReason; retry_after: number | null };

export interface Budgets {
  /** @throws where it can't be read: nothing is sent then. */
  takeSend(spending: SendSpending): Promise<BudgetVerdict>;
  /** @throws where it can't be read: nothing is compared then. */
  takeGuess(spending: GuessSpending): Promise<BudgetVerdict>;
  /** What `takeSend` would say; counts the wish for the IP address that it comes from. @throws where it can't be read. */
  checkWish(wish: Wish): Promise<BudgetVerdict>;
  /** A right code was typed: its guess is given back, and the prefix is seen to have people behind it. */
  creditGuess(spending: Omit<GuessSpending, 'attempts_left' | 'ip'>): Promise<void>;
}

/** The limits that stand in a run's own NIP. */
export const runLimits: Budgets = {
  takeSend: ({ number, max_sends }) => Promise.resolve(verdict(number <= max_sends)),
  takeGuess: ({ attempts_left }) => Promise.resolve(verdict(attempts_left > 0)),
  checkWish: () => Promise.resolve(verdict(true)),
  creditGuess: () => Promise.resolve(),
};

function verdict(isLeft: boolean): BudgetVerdict {
  return isLeft ? { kind: 'taken' } : { kind: 'exhausted', reason: 'run', retry_after: null };
}
