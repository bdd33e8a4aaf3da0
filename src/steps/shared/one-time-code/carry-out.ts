/** Does what the ladder decided: fixes destinations, makes codes and sends them. */
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

/** Records where codes go; answers if all channels of the NIP have a destination. */
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

/** Returns what the destinations of an earlier step are sealed under. */
function destinationsOf(step: StepView): string {
  return otpStateOf(step)?.destinations?.submission_id ?? `destinations-${step.uuid}`;
}

/** Makes a code and records it; the code itself stays where it is derived. */
export async function issueCode(
  context: CodeContext,
  { order, issue, expires_at }: OtpEventData['code_issued'],
): Promise<void> {
  const prepared = preparedFor(context);
  const isPrepared = prepared?.order === order && prepared.issue === issue;
  const { key_id, digest } = isPrepared ? prepared : await newCode(context, order, issue);
  context.emit('code_issued', { order, issue, expires_at, key_id, digest });
}

async function newCode(context: CodeContext, order: number, issue: number): Promise<IssuedCode> {
  const { run, step, settings } = context;
  const { length } = settings.nip.code;
  const place = { run_uuid: run.uuid, step_uuid: step.uuid };
  try {
    return await context.call(issueCodeActivity, { ...place, order, issue, length });
  } catch {
    // No failure of the run: its task is tried again until the key is back.
    throw new Error('a code could not be issued: a key of CODE_KEYS is missing');
  }
}

/** Sends a message that was queued. The first one of a prepared code stores the run's beginning on its way. */
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

/** Nobody knows what became of the message: its silence will count. */
function unanswered({ order, send }: { order: number; send: number }): SendResult {
  const nothing = { refusal: null, provider_id: null, error_code: 'no_answer' };
  return { order, send, status: 'unknown', ...nothing, gives_receipts: true };
}

/** Returns the code that the API prepared. The cast holds because the API prepares only that for such a step. */
function preparedFor({ prepared }: CodeContext): PreparedCode | undefined {
  return prepared as PreparedCode | undefined;
}
