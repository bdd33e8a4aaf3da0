/** Budgets that all processes share, in MongoDB (docs/decisions/0013). */
import { requireCanonical } from '../domain/identifiers/destinations';
import type { Keyring } from '../platform/crypto/keyring';
import type { AccountStore } from '../store/accounts/accounts';
import type { SpendingId, SpendingStore } from '../store/messaging/spending';
import {
  accountId,
  prefixId,
  spendingId,
  type SpendingKind,
} from '../store/messaging/spending-ids';
import {
  BREAKER_MS,
  DEFAULT_COUNTRIES,
  DEFAULT_LIMITS,
  isPumpingSuspected,
  checkDailyLimit,
  checkPhone,
  checkPrefix,
  checkSlotLimit,
  checkSpending,
  type BudgetLimits,
} from './budget-limits';
import {
  runLimits,
  type Budgets,
  type BudgetDecision,
  type CodeAttemptSpending,
  type SendSpending,
  type SendRequest,
} from './budgets';

interface Dependencies {
  spending: SpendingStore;
  accounts: Pick<AccountStore, 'findAccount'>;
  hashKeys: Keyring;
  /** Called when the breaker of a prefix opens. */
  onBreaker?: (accountUuid: string) => void;
}

const TAKEN: BudgetDecision = { kind: 'taken' };
const isTaken = ({ kind }: BudgetDecision) => kind === 'taken';
const EMPTY = { sends: {}, verified: {}, open_until: 0, spent: {} };

/** Returns false in test mode, in which only a run's own limits apply, except for destinations that script budgets. */
function isShared(mode: 'live' | 'test', to: string): boolean {
  if (mode === 'live') return true;
  const local = to.slice(0, Math.max(0, to.lastIndexOf('@')));
  return to.endsWith('3001') || local.split('+').includes('budgeted');
}

/**
 * The budgets of a live run, and of a test run whose destination scripts them. A send costs three writes: its
 * prefix's, then together its destination's, which counts it once, and its account's. A repetition after a worker's death
 * may count twice for prefix and account. Every method throws for a destination that isn't in canonical form.
 */
export class SharedBudgets implements Budgets {
  constructor(private readonly dependencies: Dependencies) {}

  async spendSend(spending: SendSpending): Promise<BudgetDecision> {
    const own = await runLimits.spendSend(spending);
    const { account_uuid, mode, to, key } = spending;
    requireCanonical(to);
    if (!isTaken(own) || !isShared(mode, to)) return own;
    const [{ limits, countries }, now] = [await this.rulesOf(account_uuid), Date.now()];
    const allowed = isPhone(to) ? checkPhone(to, countries) : TAKEN;
    if (!isTaken(allowed)) return allowed;
    // Counts the prefix first, so that pumped traffic costs one write a message.
    const prefix = await this.countPrefix(spending, limits, now);
    if (!isTaken(prefix)) return prefix;
    const [before, account] = await Promise.all([
      this.spending.spend(this.idOf('send', account_uuid, to), key, now),
      this.countAccount(spending, limits, now),
    ]);
    const verdict = checkSpending(before, sendLimits(limits), now);
    return isTaken(verdict) ? account : verdict;
  }

  async spendCodeAttempt(spending: CodeAttemptSpending): Promise<BudgetDecision> {
    const own = await runLimits.spendCodeAttempt(spending);
    const { account_uuid, mode, to, key, ip } = spending;
    if (to !== null) requireCanonical(to);
    if (!isTaken(own) || to === null || !isShared(mode, to)) return own;
    const [{ limits }, now] = [await this.rulesOf(account_uuid), Date.now()];
    const { destination_guesses_10_min: in_10_min, destination_guesses_day: day } = limits;
    const [before, byIp] = await Promise.all([
      this.spending.spend(this.idOf('attempt', account_uuid, to), key, now),
      this.countIp('ip-attempt', { account_uuid, ip }, limits.ip_guesses_10_min, now),
    ]);
    const verdict = checkSpending(before, { in_10_min, day }, now);
    return isTaken(verdict) ? byIp : verdict;
  }

  async checkSendRequest(request: SendRequest): Promise<BudgetDecision> {
    const { account_uuid, mode, to, ip } = request;
    requireCanonical(to);
    if (!isShared(mode, to)) return TAKEN;
    const [{ limits, countries }, now] = [await this.rulesOf(account_uuid), Date.now()];
    const allowed = isPhone(to) ? checkPhone(to, countries) : TAKEN;
    if (!isTaken(allowed)) return allowed;
    const destination = this.idOf('send', account_uuid, to);
    const prefix = this.prefixOf(account_uuid, to);
    const ids = prefix === null ? [destination] : [destination, prefix];
    const [found, byIp] = await Promise.all([
      this.spending.read(account_uuid, ids, now),
      this.countIp('ip-send', { account_uuid, ip }, limits.ip_sends_10_min, now),
    ]);
    const { spent } = found.get(destination.id) ?? EMPTY;
    const verdicts = [
      checkSpending(spent, sendLimits(limits), now),
      checkPrefix(found.get(prefix?.id ?? '') ?? EMPTY, now),
      byIp,
    ];
    return verdicts.find((each) => !isTaken(each)) ?? TAKEN;
  }

  async refundCodeAttempt({
    account_uuid,
    mode,
    to,
    key,
  }: Parameters<Budgets['refundCodeAttempt']>[0]): Promise<void> {
    if (to !== null) requireCanonical(to);
    if (to === null || !isShared(mode, to)) return;
    const now = Date.now();
    const prefix = this.prefixOf(account_uuid, to);
    await Promise.all([
      this.spending.refund(this.idOf('attempt', account_uuid, to), key, now),
      ...(prefix === null ? [] : [this.spending.count(prefix, 'verified', now)]),
    ]);
  }

  private get spending(): SpendingStore {
    return this.dependencies.spending;
  }

  private async rulesOf(accountUuid: string) {
    const account = await this.dependencies.accounts.findAccount(accountUuid);
    return {
      limits: { ...DEFAULT_LIMITS, ...account?.budgets },
      countries: account?.countries ?? DEFAULT_COUNTRIES,
    };
  }

  private async countPrefix(
    { account_uuid, to }: SendSpending,
    limits: BudgetLimits,
    now: number,
  ): Promise<BudgetDecision> {
    const prefix = this.prefixOf(account_uuid, to);
    if (prefix === null) return TAKEN;
    const tally = await this.spending.count(prefix, 'sends', now);
    const verdict = checkPrefix(tally, now);
    if (!isTaken(verdict) || !isPumpingSuspected(tally, limits, now)) return verdict;
    const open_until = now + BREAKER_MS;
    await this.spending.close(prefix, open_until, now);
    this.dependencies.onBreaker?.(account_uuid);
    return checkPrefix({ ...tally, open_until }, now);
  }

  private async countAccount(
    { account_uuid }: SendSpending,
    { account_sends_day }: BudgetLimits,
    now: number,
  ): Promise<BudgetDecision> {
    const tally = await this.spending.count(accountId(account_uuid), 'sends', now);
    return checkDailyLimit(tally, account_sends_day, now);
  }

  private async countIp(
    what: 'ip-send' | 'ip-attempt',
    { account_uuid, ip }: { account_uuid: string; ip: string | null },
    limit: number,
    now: number,
  ): Promise<BudgetDecision> {
    if (ip === null) return TAKEN;
    const id = this.idOf(what, account_uuid, ip);
    return checkSlotLimit(await this.spending.count(id, 'sends', now), limit, now);
  }

  private prefixOf(accountUuid: string, to: string): SpendingId | null {
    return prefixId(this.dependencies.hashKeys, accountUuid, to);
  }

  private idOf(what: SpendingKind, accountUuid: string, value: string): SpendingId {
    return spendingId(this.dependencies.hashKeys, what, accountUuid, value);
  }
}

function sendLimits(limits: BudgetLimits) {
  return { in_10_min: limits.destination_sends_10_min, day: limits.destination_sends_day };
}

function isPhone(to: string): boolean {
  return to.startsWith('+');
}
