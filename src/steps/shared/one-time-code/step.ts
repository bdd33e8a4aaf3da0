/** Behaviour of every step that sends codes: the OTP policy decides, this module executes its decisions. */
import type { OtpEvent, OtpEventData } from '../../../domain/otp/events';
import { decide } from '../../../domain/otp/decide';
import type { OtpDecision, OtpInput, OtpOutcome } from '../../../domain/otp/messages';
import { initialOtpState, type OtpState } from '../../../domain/otp/state';
import type { Actor } from '../../../domain/run/events';
import { succeeded, type RunError, type StepOutcome } from '../../../domain/run/outcome';
import type { StepMessage, StepRequest } from '../../contract';
import { defineStepType } from '../../define-step-type';
import { channelIn, codeActions } from './actions';
import { fixDestinations, issueCode, startSend } from './carry-out';
import { inputOfReport, inputOfResult, isReceipt, lateEvent, nextReport } from './reports';
import { otpStateOf } from './state';
import { isCodeFacts, type CodeContext, type CodeFacts, type CodeSettings } from './types';

export const verifyByCode = defineStepType<CodeSettings, CodeFacts, OtpEventData>({
  waitsFor: 'person',
  actions: codeActions,
  acceptsFacts: isCodeFacts,
  acceptsReport: isReceipt,
  hearsOpened: true,
  lateEvent,
  nextReport,
  async run(context) {
    if (stateOf(context).destinations === null) {
      const { asks_for } = context.settings;
      if (asks_for !== null) await askFor(context, asks_for);
      const isReachable = await fixDestinations(context);
      if (!isReachable) return { status: 'failed', fault: FAULTS.destination_missing };
      await act(context, { kind: 'begin' });
    }
    for (;;) {
      const request = await context.next();
      const outcome = await answer(context, request);
      if (outcome !== null) return outcomeOf(outcome);
    }
  },
});

const FAULTS = {
  delivery_exhausted: {
    code: 'delivery_exhausted',
    reason: 'No message with the code could be delivered.',
  },
  guesses_exhausted: { code: 'guesses_exhausted', reason: 'Too many wrong codes were typed.' },
  destination_missing: {
    code: 'destination_missing',
    reason: 'No phone or email is known that a code could be sent to.',
  },
} satisfies Record<string, RunError>;

function outcomeOf(outcome: OtpOutcome): StepOutcome {
  return outcome === 'verified' ? succeeded : { status: 'failed', fault: FAULTS[outcome] };
}

async function askFor(
  context: CodeContext,
  asked: NonNullable<CodeSettings['asks_for']>,
): Promise<void> {
  for (;;) {
    const submission = await context.submission();
    if (submission.message.facts.kind !== 'code') {
      submission.accept();
      return;
    }
    const path = asked === 'consent' ? 'data.accepted' : `data.${asked}`;
    const details = [{ path, message: 'is required first' }];
    submission.refuse('submission_refused', `Send the ${asked} first.`, details);
  }
}

/** Decides a message. Returns the step's outcome, or null if it continues. */
async function answer(
  context: CodeContext,
  request: StepRequest<StepMessage<CodeFacts>>,
): Promise<OtpOutcome | null> {
  const input = inputOf(request.message);
  if (input === null) {
    const details = [{ path: 'data.code', message: 'is required' }];
    request.refuse('submission_refused', 'This was received already. Send the code.', details);
    return null;
  }
  const { verdict, outcome } = await act(context, input, request.message);
  if (verdict.kind === 'accepted') request.accept();
  else request.refuse(verdict.code, TEXTS[verdict.code], detailsOf(verdict));
  return outcome;
}

const TEXTS = {
  action_not_allowed: 'No message can be sent now.',
  resend_too_soon: 'A message was sent a moment ago. Try again later.',
  code_incorrect: 'The code is incorrect.',
  code_expired: 'The code has expired. Ask for another one.',
};

function detailsOf(verdict: Exclude<OtpDecision['verdict'], { kind: 'accepted' }>) {
  if (verdict.code === 'resend_too_soon') return { retry_after: verdict.retry_after };
  if (verdict.code === 'code_incorrect') return { attempts_left: verdict.attempts_left };
  return null;
}

function inputOf(message: StepMessage<CodeFacts>): OtpInput | null {
  switch (message.kind) {
    case 'resend':
      return { kind: 'resend' };
    case 'opened':
      return message;
    case 'report':
      return inputOfReport(message);
    case 'result':
      return inputOfResult(message);
    case 'due':
      return { kind: 'silence' };
    case 'action':
      return inputOfAction(message);
    case 'submission':
      return message.facts.kind === 'code' ? message.facts : null;
    // The step is never in review.
    case 'decision':
      return null;
  }
}

function inputOfAction({ details }: Extract<StepMessage, { kind: 'action' }>): OtpInput {
  const channel = channelIn(details);
  return channel === null ? { kind: 'staff_resend' } : { kind: 'switch', channel };
}

/** Passes an input to the OTP policy, records the resulting events and starts the resulting sends. */
async function act(
  context: CodeContext,
  input: OtpInput,
  message?: StepMessage<CodeFacts>,
): Promise<OtpDecision> {
  const decision = decide(context.settings.nip, stateOf(context), input, context.now());
  for (const decided of decision.events) {
    const event = withRequest(decided, message);
    const data = event.type === 'code_issued' ? await issueCode(context, event.data) : event.data;
    context.emit(event.type, data, actorOf(event, message));
    if (event.type === 'send_queued') startSend(context, stateOf(context), event.data);
  }
  return decision;
}

/** Returns the actor of an event: the person or staff for their input, the provider for its receipts, else `system`. */
function actorOf(event: OtpEvent, message: StepMessage<CodeFacts> | undefined): Actor {
  if (event.type === 'send_answered' || event.type === 'send_reported') return 'provider';
  if (message === undefined || !('actor' in message)) return 'system';
  if (event.type === 'code_refused' || event.type === 'verification_passed') return message.actor;
  const cause = 'cause' in event.data ? event.data.cause : null;
  return cause === 'resend' || cause === 'staff' ? message.actor : 'system';
}

/** Adds the name and reason of the staff action that caused an event. */
function withRequest(event: OtpEvent, message: StepMessage<CodeFacts> | undefined): OtpEvent {
  if (message?.kind !== 'action') return event;
  const { asked } = message;
  if (event.type === 'send_queued' && event.data.cause === 'staff') {
    return { type: event.type, data: { ...event.data, asked } };
  }
  if (event.type === 'channel_changed' && event.data.cause === 'staff') {
    return { type: event.type, data: { ...event.data, asked } };
  }
  return event;
}

function stateOf({ step, settings }: CodeContext): OtpState {
  return otpStateOf(step) ?? initialOtpState(settings.nip);
}
