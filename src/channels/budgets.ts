/** What may be spent on codes. Shared by all processes; a run's own limits are the first of them. */
import type { Channel } from '../nips/policy';

interface Spending {
  /** The same at each try: a repetition spends nothing. */
  key: string;
  account_uuid: string;
  run_uuid: string;
}

export interface SendSpending extends Spending {
  channel: Channel;
  /** E.164 or an email address. */
  to: string;
  /** Which message of its verification it is, from 1, and how many there may be. */
  number: number;
  max_sends: number;
}

export interface GuessSpending extends Spending {
  attempts_left: number;
}

export type BudgetVerdict =
  | { kind: 'taken' }
  /** `retry_after` in seconds; null where no time brings it back. */
  | { kind: 'exhausted'; retry_after: number | null };

export interface Budgets {
  /** @throws where it can't be read: nothing is sent then. */
  takeSend(spending: SendSpending): Promise<BudgetVerdict>;
  /** @throws where it can't be read: nothing is compared then. */
  takeGuess(spending: GuessSpending): Promise<BudgetVerdict>;
}

/** The limits that stand in a run's own NIP. */
export const runLimits: Budgets = {
  takeSend: ({ number, max_sends }) => Promise.resolve(verdict(number <= max_sends)),
  takeGuess: ({ attempts_left }) => Promise.resolve(verdict(attempts_left > 0)),
};

function verdict(isLeft: boolean): BudgetVerdict {
  return isLeft ? { kind: 'taken' } : { kind: 'exhausted', retry_after: null };
}
