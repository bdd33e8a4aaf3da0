import type { BudgetReason, Budgets } from '../../../../messaging/budgets';
import { ChannelError, type CodeMessage } from '../../../../providers/connector';
import { templateFor } from '../../../../messaging/texts';
import { deriveCode } from '../../../../platform/crypto/codes';
import type { Keyring } from '../../../../platform/crypto/keyring';
import { isFinalRun } from '../../../../domain/run/outcome';
import type { AccountStore } from '../../../../store/accounts/accounts';
import type { OptOutStore } from '../../../../store/messaging/opt-outs';
import type { RunRecord } from '../../../../store/runs/runs';
import { resolveDestinations } from './fix-destinations';
import { countBudgetRefusal } from './metrics';
import type { OpenedRun, RunReader } from '../../../../activities/run-reader';
import type { SendOrder } from '../calls';
import { policyOf } from '../state';

export interface MessageDependencies {
  runReader: RunReader;
  accounts: AccountStore;
  optOuts: Pick<OptOutStore, 'isOptedOut'>;
  codeKeys: Keyring;
  budgets: Budgets;
  /** Host of the page where codes are typed. */
  pageHost: string;
}

interface Making {
  order: SendOrder;
  key: string;
  /** The sender, as opt-outs name it. */
  line: string | null;
  run?: RunRecord | undefined;
}

/**
 * Builds the message of a send, if the budgets allow it. `run`: the record that this try has read already.
 * @throws ChannelError.
 */
export async function messageOf(
  dependencies: MessageDependencies,
  { order, key, line, run: known }: Making,
): Promise<CodeMessage> {
  const { account_uuid, mode, channel, language } = order;
  const { runReader } = dependencies;
  const run = await (known === undefined
    ? runReader.readOwn({ account_uuid, uuid: order.run_uuid })
    : runReader.read(order.run_uuid, known));
  if (isFinalRun(run.view.status)) throw new ChannelError('permanent', 'run_over');
  const to = destinationOf(run, order);
  await requireWelcome(dependencies, order, { to, line });
  const { code, messages = {} } = policyIn(run, order);
  await spend(dependencies, { order, key, to, max_sends: code.max_sends });
  const account = await dependencies.accounts.findAccount(account_uuid);
  const account_name = account?.name ?? '';
  const place = { purpose: 'verification', channel, language, account_name } as const;
  const template = templateFor({ ...place, host: dependencies.pageHost }, messages);
  const words = { template, language, account_name };
  return {
    key,
    account_uuid,
    mode,
    channel,
    to,
    ...words,
    ...codeOf(dependencies.codeKeys, order),
  };
}

function destinationOf(run: OpenedRun, { destinations, channel }: SendOrder): string {
  const { phone, email } = resolveDestinations(run, destinations);
  const to = channel === 'email' ? email : phone;
  if (to === null) throw new ChannelError('permanent', 'no_destination');
  return to;
}

/** @throws ChannelError if the person has opted out. Phones of the sandbox can't opt out. */
async function requireWelcome(
  { optOuts }: MessageDependencies,
  { account_uuid, mode, channel }: SendOrder,
  { to, line }: { to: string; line: string | null },
): Promise<void> {
  if (mode === 'test' || channel === 'email') return;
  const hasLeft = await optOuts.isOptedOut(account_uuid, to, line);
  if (hasLeft) throw new ChannelError('permanent', 'opted_out');
}

function policyIn({ view }: OpenedRun, { step_uuid }: SendOrder) {
  const step = view.steps.find(({ uuid }) => uuid === step_uuid);
  if (step === undefined) throw new Error('a run lost its step');
  return policyOf(step);
}

async function spend(
  { budgets }: MessageDependencies,
  { order, ...what }: { order: SendOrder; key: string; to: string; max_sends: number },
): Promise<void> {
  const { account_uuid, run_uuid, mode, channel, send: number } = order;
  const whose = { account_uuid, run_uuid, mode };
  const budget = await budgets.spendSend({ ...what, ...whose, channel, number });
  if (budget.kind === 'taken') return;
  countBudgetRefusal(budget.reason);
  throw refusalOf(budget.reason);
}

/** Converts a spent budget to an error. Retrying can't help; the backup's own budget may have room. */
function refusalOf(reason: BudgetReason): ChannelError {
  if (reason === 'run') return new ChannelError('refused', 'budget_exhausted');
  return new ChannelError('permanent', CODES[reason] ?? 'budget_exhausted');
}

const CODES: Partial<Record<BudgetReason, string>> = {
  prefix: 'prefix_blocked',
  country_not_allowed: 'country_not_allowed',
  premium_number: 'premium_number',
};

function codeOf(
  keys: Keyring,
  { run_uuid, step_uuid, order, send: number, issue, key_id, length }: SendOrder,
): Pick<CodeMessage, 'code' | 'code_ref' | 'send'> {
  const place = { run_uuid, step_uuid, order, issue };
  return {
    code: deriveCode(keys, key_id, place, length),
    code_ref: { ...place, key_id, length },
    send: { run_uuid, step_uuid, order, send: number },
  };
}
