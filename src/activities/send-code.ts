/** Sends a code: derives it, claims the send, and makes it once. */
import { ApplicationFailure, heartbeat } from '@temporalio/activity';
import { ChannelError, type CodeMessage, type Connector } from '../channels/connector';
import { templateFor } from '../channels/texts';
import { codeAt } from '../crypto/codes';
import type { Keyring } from '../crypto/keyring';
import type { SendAnswer } from '../nips/messages';
import { policyOf } from '../runs/step-nip';
import type { SendOrder } from '../steps/contract';
import type { AccountStore } from '../store/accounts';
import type { SendStore } from '../store/sends';
import { destinationsOf } from './fix-destinations';
import { storeFailure } from './failures';
import type { OpenedRun, RunReader } from './run-reader';

export interface SendDependencies {
  runReader: RunReader;
  accounts: AccountStore;
  sends: SendStore;
  codeKeys: Keyring;
  /** The connector that serves a channel for an account and mode. @throws ChannelError `misconfigured`. */
  connectorFor(order: SendOrder): Promise<Connector>;
}

/** A provider is asked so often within one send (seed 000). */
const MAX_TRIES = 3;
const HEARTBEAT_MS = 1_000;

/**
 * Safe to run again: a send that was answered answers the same, one that was begun is looked up at the provider.
 * Recoverable errors are thrown, for Temporal to try again within the same send; all others are answers. A try that
 * died with its worker doesn't count as one of the provider's.
 */
export function sendCode(dependencies: SendDependencies) {
  return async (order: SendOrder): Promise<SendAnswer> => {
    const beat = setInterval(heartbeat, HEARTBEAT_MS);
    try {
      return await sendOnce(dependencies, order);
    } finally {
      clearInterval(beat);
    }
  };
}

async function sendOnce(dependencies: SendDependencies, order: SendOrder): Promise<SendAnswer> {
  const { sends } = dependencies;
  const key = `${order.step_uuid}-${order.order}-${order.send}`;
  const claim = await sends.claim(key, order.run_uuid).catch(storeFailure);
  if (claim.kind === 'answered') return claim.answer;
  const made = await make(dependencies, order, key, claim.kind === 'begun').catch(recoverable);
  if (made instanceof ChannelError) {
    await sends.countFailure(key, made.isCertain).catch(storeFailure);
    if (claim.failures + 1 < MAX_TRIES) {
      throw ApplicationFailure.create({ type: 'channel_unavailable', message: made.code });
    }
  }
  const answer = made instanceof ChannelError ? exhausted(order, made) : made;
  await sends.answer(key, answer).catch(storeFailure);
  return answer;
}

function recoverable(error: unknown): ChannelError {
  if (error instanceof ChannelError && error.kind === 'recoverable') return error;
  throw error;
}

/** After all tries: refused by all of them, or nobody knows. */
function exhausted({ order, send }: SendOrder, { isCertain }: ChannelError): SendAnswer {
  const place = { order, send };
  if (!isCertain) return unknown(place, true);
  const error_code = 'provider_unavailable';
  const failed = { status: 'failed' as const, refusal: 'unavailable' as const, error_code };
  return { ...place, ...failed, provider_id: null, gives_receipts: false };
}

async function make(
  dependencies: SendDependencies,
  order: SendOrder,
  key: string,
  wasBegun: boolean,
): Promise<SendAnswer> {
  const place = { order: order.order, send: order.send };
  try {
    const connector = await dependencies.connectorFor(order);
    const { gives_receipts } = connector;
    const { run_uuid, step_uuid } = order;
    const send = { run_uuid, step_uuid, ...place };
    const found = wasBegun ? await connector.find({ key, send }) : null;
    if (found === 'unsupported') return unknown(place, gives_receipts);
    const taken = found ?? (await connector.send(await messageOf(dependencies, order, key)));
    const { provider_id } = taken;
    const sent = { status: 'sent' as const, refusal: null, error_code: null };
    return { ...place, ...sent, provider_id, gives_receipts };
  } catch (error) {
    if (!(error instanceof ChannelError)) return storeFailure(error);
    const { kind: refusal, code: error_code } = error;
    if (refusal === 'recoverable') throw error;
    const failed = { status: 'failed' as const, refusal, provider_id: null, error_code };
    return { ...place, ...failed, gives_receipts: false };
  }
}

function textsOf({ view }: OpenedRun, stepUuid: string): Record<string, string> {
  const step = view.steps.find(({ uuid }) => uuid === stepUuid);
  return step === undefined ? {} : (policyOf(step).messages ?? {});
}

function unknown(place: { order: number; send: number }, gives_receipts: boolean): SendAnswer {
  const nothing = { refusal: null, provider_id: null, error_code: 'no_answer' };
  return { ...place, status: 'unknown', ...nothing, gives_receipts };
}

async function messageOf(
  { runReader, accounts, codeKeys }: SendDependencies,
  order: SendOrder,
  key: string,
): Promise<CodeMessage> {
  const { run_uuid, step_uuid, issue, key_id, length, channel, account_uuid } = order;
  const run = await runReader.read(run_uuid);
  const destinations = destinationsOf(run, order.destinations);
  const to = channel === 'email' ? destinations.email : destinations.phone;
  if (to === null) throw new ChannelError('permanent', 'no_destination');
  const place = { run_uuid, step_uuid, order: order.order, issue };
  const account = await accounts.findAccount(account_uuid);
  const code_ref = { ...place, key_id, length };
  return {
    ...{ key, account_uuid, channel, to, code_ref },
    template: templateFor(order.language, account?.name ?? '', textsOf(run, step_uuid)),
    code: codeAt(codeKeys, key_id, place, length),
    send: { run_uuid, step_uuid, order: order.order, send: order.send },
  };
}
