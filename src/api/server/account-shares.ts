/**
 * Limits the requests of an account that one process handles at a time, in live and in test mode, so that no account can
 * use up what all share: the event loop, MongoDB, Temporal and the workers. Beyond the limit requests wait; beyond the
 * queue they are refused, before their bodies are read.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { ZodObject } from 'zod';
import { DomainError } from '../../application/domain-error';
import { concurrencyLimit, type ConcurrencyLimit } from '../../platform/concurrency-limit';
import { RecentAccounts } from './recent-accounts';
import type { RequestCaller } from './request-context';
import type { Route } from './route';

interface Limit {
  /** Requests in execution. */
  parallel: number;
  /** Requests that wait for one of them to end. */
  waiting: number;
}

interface Share {
  account: Limit;
  /** Limit of an account that has had the process to itself for ten minutes. */
  alone?: Limit;
  /** Limit for the calls with the tokens of one run, so that one person can't use up the share of the account. */
  person?: Limit;
  /**
   * True if a request causes as much work after its response: beside other accounts, its slot then rests for as long as
   * it was used, but one second at most.
   */
  rests?: boolean;
}

/** Shares by kind of route, per account and process. */
export const SHARES = {
  /**
   * The most expensive calls: each uses API, MongoDB and Temporal, and then a worker. With more of them, another
   * account's creation and submission takes longer than three times its usual time on two cores.
   */
  creations: {
    account: { parallel: 2, waiting: 10 },
    alone: { parallel: 16, waiting: 112 },
    rests: true,
  },
  /** Messages to runs. They mostly wait for a worker; persons need room for bursts, and one person sends few. */
  submissions: {
    account: { parallel: 8, waiting: 56 },
    alone: { parallel: 32, waiting: 96 },
    person: { parallel: 2, waiting: 14 },
  },
  /** Uploads last as long as the sender needs, and waiting would only delay the refusal. */
  uploads: { account: { parallel: 8, waiting: 0 } },
  /** Other writes: configuration, tokens, redeliveries. */
  changes: { account: { parallel: 4, waiting: 28 } },
  /** A page may hold a hundred runs, which are decoded on the event loop. */
  lists: { account: { parallel: 2, waiting: 14 } },
  reads: {
    account: { parallel: 8, waiting: 56 },
    person: { parallel: 2, waiting: 14 },
  },
} as const satisfies Record<string, Share>;

/** Delay of a refusal in milliseconds, so that a caller that repeats a refused request at once costs little. */
const REFUSE_AFTER_MS = 500;
/** Refusals of one account that are delayed in parallel; others are sent at once. */
const MAX_DELAYED = 200;

const MAX_REST_MS = 1_000;

export type ShareName = keyof typeof SHARES;

/** Returns the share that the requests of a route belong to. */
export function shareOf(route: Route): ShareName {
  const { share, method, query } = route;
  if (share !== undefined) return share;
  if (route.receive !== undefined) return 'uploads';
  if (method !== 'get') return 'changes';
  return query instanceof ZodObject && 'per_page' in query.shape ? 'lists' : 'reads';
}

interface Limits {
  account: ConcurrencyLimit;
  person: ConcurrencyLimit | undefined;
  rests: boolean;
}

export class AccountShares {
  private readonly recent = new RecentAccounts();
  private readonly limits: ReadonlyMap<string, Limits>;
  private readonly delayed = concurrencyLimit({ parallel: MAX_DELAYED, full: tooMany });

  /**
   * `waitMs`: maximum wait in the queue of a person, and then in that of the account. `refused`: called for each
   * refusal.
   */
  constructor(waitMs: number, refused: (share: ShareName) => void) {
    const limitFor = (name: ShareName, limitOf: (key: string) => Limit) => {
      const refuse = () => {
        refused(name);
        return tooMany();
      };
      const wait = { ms: waitMs, expired: refuse };
      const parallel = (key: string) => limitOf(key).parallel;
      const capacity = (key: string) => parallel(key) + limitOf(key).waiting;
      return concurrencyLimit({ parallel, capacity, full: refuse, wait });
    };
    const entries = Object.entries(SHARES) as [ShareName, Share][];
    this.limits = new Map(
      entries.map(([name, { account, alone = account, person, rests = false }]) => [
        name,
        {
          account: limitFor(name, (uuid) => (this.recent.hasOther(uuid) ? account : alone)),
          person: person && limitFor(name, () => person),
          rests,
        },
      ]),
    );
  }

  /** Refuses a request early, after a delay, if there is no room to wait. @throws DomainError `rate_limited`. */
  async requireRoom(route: Route, caller: RequestCaller): Promise<void> {
    if (caller.kind === 'none') return;
    const { account, person } = this.limitsOf(route);
    const { account_uuid } = caller.tenant;
    this.recent.add(account_uuid);
    try {
      if (caller.kind === 'token') person?.requireRoom(caller.token.run_uuid);
      account.requireRoom(account_uuid);
    } catch (error) {
      const leave = await this.delayed(account_uuid);
      await sleep(REFUSE_AFTER_MS);
      leave();
      throw error;
    }
  }

  /**
   * Acquires a slot, and resolves with the function that releases it.
   * @throws DomainError `rate_limited`, also after too long a wait.
   */
  async acquire(route: Route, caller: RequestCaller): Promise<() => void> {
    if (caller.kind === 'none') return () => undefined;
    const { account, person, rests } = this.limitsOf(route);
    const ofPerson = caller.kind === 'token' ? await person?.(caller.token.run_uuid) : undefined;
    try {
      const { account_uuid } = caller.tenant;
      const ofAccount = await account(account_uuid);
      const { recent } = this;
      const startedAt = performance.now();
      return function release() {
        ofPerson?.();
        if (!rests || !recent.hasOther(account_uuid)) ofAccount();
        else setTimeout(ofAccount, Math.min(MAX_REST_MS, performance.now() - startedAt)).unref();
      };
    } catch (error) {
      ofPerson?.();
      throw error;
    }
  }

  private limitsOf(route: Route): Limits {
    const limits = this.limits.get(shareOf(route));
    if (limits === undefined) throw new Error(`${route.path} has no share`);
    return limits;
  }
}

function tooMany(): DomainError {
  const message =
    'Too many requests of this kind are in progress for the account. Send fewer at a time, and repeat this one after Retry-After.';
  return new DomainError('rate_limited', message, { retry_after: 1 });
}
