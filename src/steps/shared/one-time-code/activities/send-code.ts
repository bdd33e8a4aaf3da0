/** Sends a code: derives it, claims the send, and calls the provider once. */
import { setTimeout as sleep } from 'node:timers/promises';
import { activityInfo, ApplicationFailure, heartbeat } from '@temporalio/activity';
import { ChannelError, type CodeMessage, type Connector } from '../../../../providers/connector';
import type { SendResult } from '../../../../domain/otp/messages';
import type { PendingEvents, Stored } from '../../../contract';
import type { RunRecord, RunStore } from '../../../../store/runs/runs';
import type { SendStore } from '../../../../store/messaging/sends';
import { messageOf, type MessageDependencies } from './code-message';
import { storeFailure } from '../../../../activities/failures';
import { HeartbeatMonitor } from '../../../../activities/heartbeat-monitor';
import { storePendingEvents } from '../../../../activities/store-pending-events';
import type { SendOrder } from '../calls';
import { countSend } from './metrics';

export interface SendDependencies extends MessageDependencies {
  runs: RunStore;
  sends: SendStore;
  /** Returns the connector of a channel for an account and mode. @throws ChannelError `misconfigured`. */
  connectorFor(order: SendOrder): Promise<Connector>;
}

/** Attempts per send before it counts as failed. */
const MAX_TRIES = 3;
/** Longest wait between attempts, whatever the provider asks for: three attempts fit into 30 s. */
const LONGEST_WAIT_MS = 6_000;
/** Time limit of a provider call within one attempt. */
const PROVIDER_MS = 6_000;

/**
 * Sends a code. Safe to repeat: a send with a response returns it again; a send that was started is looked up at the
 * provider. Throws recoverable errors, so that Temporal retries within the same send; returns all others. An attempt
 * that died with its worker does not count as a provider's failure.
 */
export function sendCode(dependencies: SendDependencies, providerMs = PROVIDER_MS) {
  return (order: SendOrder): Promise<SendResult> =>
    withHeartbeat((monitor) => sendOnce(dependencies, order, { monitor, providerMs }));
}

/** Stores a run's pending events, then sends its first code: one activity for both. */
export function sendCodeAndStore(dependencies: SendDependencies, providerMs = PROVIDER_MS) {
  return (order: SendOrder, pending: PendingEvents): Promise<Stored<SendResult>> =>
    withHeartbeat(async (monitor) => {
      const { run, stored } = await storePendingEvents(dependencies.runs, order.run_uuid, pending);
      const output = await sendOnce(dependencies, order, { monitor, providerMs, run });
      return { output, stored };
    });
}

async function withHeartbeat<Result>(
  work: (monitor: HeartbeatMonitor) => Promise<Result>,
): Promise<Result> {
  const monitor = new HeartbeatMonitor(heartbeat);
  try {
    return await work(monitor);
  } finally {
    monitor.stop();
  }
}

async function sendOnce(
  dependencies: SendDependencies,
  order: SendOrder,
  attempt: Attempt,
): Promise<SendResult> {
  const { sends } = dependencies;
  const key = `${order.step_uuid}-${order.order}-${order.send}`;
  // The first attempt has no earlier one to look up, whatever its claim says.
  const isRepeated = activityInfo().attempt > 1;
  const earlier = isRepeated ? await sends.findAnswer(order, key).catch(storeFailure) : null;
  if (earlier !== null) return earlier;
  const prepared = await prepare(dependencies, { order, key, run: attempt.run });
  const answer = await make(dependencies, { ...attempt, order, key, prepared }).catch(storeFailure);
  await sends.answer(order, key, answer).catch(storeFailure);
  const kind = prepared instanceof ChannelError ? 'none' : prepared.connector.kind;
  countSend({ ...order, kind }, answer);
  return answer;
}

interface Ready {
  connector: Connector;
  message: CodeMessage;
}

interface Attempt {
  monitor: HeartbeatMonitor;
  providerMs: number;
  /** Record that this attempt has read already. */
  run?: RunRecord;
}

interface Preparing {
  order: SendOrder;
  key: string;
  run: RunRecord | undefined;
}

/** Does everything that can fail before the provider is called, so that only real calls are claimed. */
async function prepare(
  dependencies: SendDependencies,
  asked: Preparing,
): Promise<Ready | ChannelError> {
  try {
    const connector = await dependencies.connectorFor(asked.order);
    const line = connector.lineOf(asked.order.channel);
    return { connector, message: await messageOf(dependencies, { ...asked, line }) };
  } catch (error) {
    return error instanceof ChannelError ? error : storeFailure(error);
  }
}

interface Making extends Attempt {
  order: SendOrder;
  key: string;
  prepared: Ready | ChannelError;
}

async function make(
  { sends }: SendDependencies,
  { order, key, prepared, monitor, providerMs }: Making,
): Promise<SendResult> {
  if (prepared instanceof ChannelError) return failed(order, prepared);
  const { run_uuid, account_uuid, mode, channel, connector_uuid } = order;
  const by = { channel, connector_uuid: prepared.connector.uuid ?? connector_uuid };
  const claim = await sends.claim(key, { run_uuid, account_uuid, mode, ...by });
  if (claim.kind === 'answered') return claim.answer;
  try {
    const since = claim.kind === 'begun' ? claim.since : null;
    const asked = askProvider(order, { ...prepared, monitor, since, sends });
    return await inTime(asked, providerMs);
  } catch (error) {
    if (!(error instanceof ChannelError)) throw error;
    if (error.kind !== 'recoverable') return failed(order, error);
    await sends.countFailure(order, key, error.isCertain);
    if (claim.failures + 1 >= MAX_TRIES) return exhausted(order, error);
    throw unavailable(error);
  }
}

interface Asking extends Ready {
  monitor: HeartbeatMonitor;
  /** Start of an earlier attempt without a result; null if there is none. */
  since: Date | null;
  sends: SendStore;
}

async function askProvider(
  order: SendOrder,
  { connector, message, monitor, since, sends }: Asking,
): Promise<SendResult> {
  const found = since === null ? null : await connector.find(message, since);
  if (found === 'unsupported') return unknown(order, connector.gives_receipts);
  if (found === null && !monitor.isLeaseSafe) {
    const text = 'No heartbeat was sent in time: another worker may own this send.';
    throw ApplicationFailure.create({ type: 'claim_lost', message: text });
  }
  const { provider_id, cost } = found ?? (await connector.send(message));
  if (cost !== null) await sends.storeCost(order, message.key, cost);
  return sent(order, provider_id, connector);
}

/** Builds a retryable failure: waits as long as the provider asks, within the send's 30 s. */
function unavailable({ code, retryAfter }: ChannelError): ApplicationFailure {
  const wait = retryAfter === null ? {} : { nextRetryDelay: waitMs(retryAfter) };
  return ApplicationFailure.create({ type: 'channel_unavailable', message: code, ...wait });
}

function waitMs(seconds: number): number {
  return Math.min(Math.max(seconds, 1) * 1_000, LONGEST_WAIT_MS);
}

async function inTime<Result>(call: Promise<Result>, limitMs: number): Promise<Result> {
  const late = new AbortController();
  const silence = sleep(limitMs, undefined, { signal: late.signal }).then(() => {
    throw new ChannelError('recoverable', 'timeout', false);
  });
  try {
    return await Promise.race([call, silence]);
  } finally {
    late.abort();
    silence.catch(() => undefined);
  }
}

function sent(
  { order, send }: SendOrder,
  provider_id: string,
  { gives_receipts }: Connector,
): SendResult {
  const status = { status: 'sent' as const, refusal: null, error_code: null };
  return { order, send, ...status, provider_id, gives_receipts };
}

function failed({ order, send }: SendOrder, { kind, code }: ChannelError): SendResult {
  const refusal = kind === 'recoverable' ? ('unavailable' as const) : kind;
  const status = { status: 'failed' as const, provider_id: null, gives_receipts: false };
  return { order, send, ...status, refusal, error_code: code };
}

/** Returns the result after all attempts: refused if all were refused, else unknown. */
function exhausted(order: SendOrder, error: ChannelError): SendResult {
  if (!error.isCertain) return unknown(order, true);
  return { ...failed(order, error), error_code: 'provider_unavailable' };
}

function unknown({ order, send }: SendOrder, gives_receipts: boolean): SendResult {
  const nothing = { refusal: null, provider_id: null, error_code: 'no_answer' };
  return { order, send, status: 'unknown', ...nothing, gives_receipts };
}
