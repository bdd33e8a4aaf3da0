/** Executes the decisions of the OTP policy: fixes destinations, issues codes and sends them. */
import type { OtpEventData } from '../../../domain/otp/events';
import { MIN_CODE_LIFE_MS } from '../../../domain/otp/decide';
import type { SendResult } from '../../../domain/otp/messages';
import { listChannels } from '../../../domain/otp/policy';
import { currentVerification, type OtpState } from '../../../domain/otp/state';
import type { StepView } from '../../../domain/run/run-view';
import {
  fixKnownDestinations,
  fixSubmittedDestinations,
  issueCode as issueCodeActivity,
  sendCode,
  sendCodeAndStore,
  type IssuedCode,
  type SendOrder,
} from './calls';
import { otpStateOf, type PreparedCode } from './state';
import type { CodeContext } from './types';

/** Fixes and records the destinations. Returns true if all channels of the NIP have one. */
export async function fixDestinations(context: CodeContext): Promise<boolean> {
  const channels = listChannels(context.settings.nip);
  const fixed = preparedFor(context)?.destinations ?? (await findDestinations(context));
  context.emit('destinations_fixed', fixed);
  return channels.every((channel) => fixed[channel === 'email' ? 'email' : 'phone'] !== null);
}

function findDestinations(context: CodeContext): Promise<OtpEventData['destinations_fixed']> {
  const { run, step, before, settings } = context;
  const submissions = [
    ...step.submission_ids.slice().reverse(),
    ...before
      .slice()
      .reverse()
      .flatMap((each) => [...each.submission_ids.slice().reverse(), destinationsOf(each)]),
  ];
  const activity = submissions.length === 0 ? fixKnownDestinations : fixSubmittedDestinations;
  return context.call(activity, {
    run_uuid: run.uuid,
    step_uuid: step.uuid,
    name: step.custom_id ?? step.key,
    submissions,
    channels: listChannels(settings.nip),
  });
}

/** Returns the id under which an earlier step's destinations are sealed. */
function destinationsOf(step: StepView): string {
  return otpStateOf(step)?.destinations?.submission_id ?? `destinations-${step.uuid}`;
}

/** Issues a code. Returns the data of its event, with the digest. */
export async function issueCode(
  context: CodeContext,
  { order, issue, expires_at }: OtpEventData['code_issued'],
): Promise<OtpEventData['code_issued']> {
  const prepared = preparedFor(context);
  const isPrepared = prepared?.order === order && prepared.issue === issue;
  const { key_id, digest } = isPrepared ? prepared : await newCode(context, order, issue);
  return { order, issue, expires_at, key_id, digest };
}

async function newCode(context: CodeContext, order: number, issue: number): Promise<IssuedCode> {
  const { run, step, settings } = context;
  const { length } = settings.nip.code;
  const place = { run_uuid: run.uuid, step_uuid: step.uuid };
  try {
    return await context.call(issueCodeActivity, { ...place, order, issue, length });
  } catch {
    // Fails the workflow task, not the run: Temporal retries it until the key is configured again.
    throw new Error('a code could not be issued: a key of CODE_KEYS is missing');
  }
}

/** Starts a queued send. The first send of a prepared code also stores the run's first events. */
export function startSend(
  context: CodeContext,
  state: OtpState,
  queued: OtpEventData['send_queued'],
): void {
  const input = orderOf(context, state, queued);
  const isFirst = preparedFor(context)?.order === queued.order && queued.send === 1;
  context.start({
    activity: sendCode,
    input,
    until: Math.max(input.expires_at, context.now() + MIN_CODE_LIFE_MS),
    otherwise: unanswered(queued),
    ...(isFirst && { storing: sendCodeAndStore }),
  });
}

function orderOf(
  { run, step, settings }: CodeContext,
  state: OtpState,
  { order, send, issue, channel, connector_uuid }: OtpEventData['send_queued'],
): SendOrder {
  const code = currentVerification(state)?.issue;
  if (code?.number !== issue || state.destinations === null) throw new Error('no code to send');
  return {
    run_uuid: run.uuid,
    step_uuid: step.uuid,
    account_uuid: run.account_uuid,
    mode: run.mode,
    language: run.language,
    destinations: state.destinations.submission_id,
    order,
    send,
    issue,
    channel,
    connector_uuid,
    key_id: code.key_id,
    length: settings.nip.code.length,
    expires_at: code.expires_at,
  };
}

/** Returns the result of a send without a response: a missing receipt becomes a failed attempt. */
function unanswered({ order, send }: { order: number; send: number }): SendResult {
  const nothing = { refusal: null, provider_id: null, error_code: 'no_answer' };
  return { order, send, status: 'unknown', ...nothing, gives_receipts: true };
}

/** Returns the code that the API prepared. The cast is safe because the API prepares nothing else for such a step. */
function preparedFor({ prepared }: CodeContext): PreparedCode | undefined {
  return prepared as PreparedCode | undefined;
}
