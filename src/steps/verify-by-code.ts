/** The behaviour of every step that sends codes: the ladder decides, this carries its decisions out. */
import { channelsOf, type NipPolicy } from '../nips/policy';
import { decide } from '../nips/ladder';
import type { Decision, LadderInput, LadderOutcome } from '../nips/messages';
import { currentOf, newLadder, type LadderState } from '../nips/state';
import type { LadderEvent } from '../nips/events';
import type { Actor } from '../runs/events';
import { succeeded, type Fault, type StepOutcome } from '../runs/outcome';
import type { Delivery, StepContext, StepMessage, StepType } from './contract';

/** What of its setup such a step behaves by. */
export type CodeSettings = {
  nip: NipPolicy;
  /** What the person is asked for before a code can go out; null where it is known or not needed. */
  asks_for: 'phone' | 'email' | 'consent' | null;
};

/** What a submission tells the workflow: that what was asked for was given, or the keyed digest of a code. */
export type CodeFacts =
  { kind: 'destination' | 'consent' } | { kind: 'code'; order: number; digest: string };

type Context = StepContext<CodeSettings, CodeFacts>;

export const verifyByCode: StepType<CodeSettings, CodeFacts> = {
  waitsFor: 'person',
  async run(context) {
    if (stateOf(context).destinations === null) {
      const { asks_for } = context.settings;
      if (asks_for !== null) await askFor(context, asks_for);
      const isReachable = await fixDestinations(context);
      if (!isReachable) return { status: 'failed', fault: FAULTS.destination_missing };
      await act(context, { kind: 'begin' });
    }
    for (;;) {
      const delivery = await context.next();
      const outcome = await answer(context, delivery);
      if (outcome !== null) return outcomeOf(outcome);
    }
  },
};

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
} satisfies Record<string, Fault>;

function outcomeOf(outcome: LadderOutcome): StepOutcome {
  return outcome === 'verified' ? succeeded : { status: 'failed', fault: FAULTS[outcome] };
}

async function askFor(
  context: Context,
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

async function fixDestinations(context: Context): Promise<boolean> {
  const channels = channelsOf(context.settings.nip);
  const fixed = await context.call.fixDestinations(channels);
  context.emit('destinations_fixed', fixed);
  return channels.every((channel) => fixed[channel === 'email' ? 'email' : 'phone'] !== null);
}

/** Gives a message its verdict; answers how the step ended, or null where it goes on. */
async function answer(
  context: Context,
  delivery: Delivery<StepMessage<CodeFacts>>,
): Promise<LadderOutcome | null> {
  const input = inputOf(delivery.message);
  if (input === null) {
    const details = [{ path: 'data.code', message: 'is required' }];
    delivery.refuse('submission_refused', 'That was given before; send the code.', details);
    return null;
  }
  const { verdict, outcome } = await act(context, input, delivery.message);
  if (verdict.kind === 'accepted') delivery.accept();
  else delivery.refuse(verdict.code, TEXTS[verdict.code], detailsOf(verdict));
  return outcome;
}

const TEXTS = {
  action_not_allowed: 'No message can be sent now.',
  resend_too_soon: 'A message went out a moment ago. Ask again later.',
  code_incorrect: 'The code is not right.',
  code_expired: 'The code has expired. Ask for another one.',
};

function detailsOf(verdict: Exclude<Decision['verdict'], { kind: 'accepted' }>) {
  if (verdict.code === 'resend_too_soon') return { retry_after: verdict.retry_after };
  if (verdict.code === 'code_incorrect') return { attempts_left: verdict.attempts_left };
  return null;
}

function inputOf(message: StepMessage<CodeFacts>): LadderInput | null {
  switch (message.kind) {
    case 'wish':
      return { kind: 'wish' };
    case 'opened':
    case 'receipt':
    case 'answer':
      return message;
    case 'due':
      return { kind: 'silence' };
    case 'action':
      return askedOf(message);
    case 'submission':
      return message.facts.kind === 'code' ? message.facts : null;
    // It is never in review.
    case 'decision':
      return null;
  }
}

function askedOf(message: Extract<StepMessage, { kind: 'action' }>): LadderInput {
  return message.action === 'resend_code'
    ? { kind: 'resend' }
    : { kind: 'switch', channel: message.channel };
}

/** Has the ladder decide, records what follows and sends what is to be sent. */
async function act(
  context: Context,
  input: LadderInput,
  message?: StepMessage<CodeFacts>,
): Promise<Decision> {
  const decision = decide(context.settings.nip, stateOf(context), input, context.now());
  for (const event of decision.events) await carryOut(context, event, message);
  return decision;
}

/** Who made an event happen: whoever typed or asked, the network for what it says, else nobody. */
function actorOf(event: LadderEvent, message: StepMessage<CodeFacts> | undefined): Actor {
  if (event.type === 'send_answered' || event.type === 'send_reported') return 'provider';
  if (message === undefined || !('actor' in message)) return 'system';
  if (event.type === 'code_refused' || event.type === 'verification_passed') return message.actor;
  const cause = 'cause' in event.data ? event.data.cause : null;
  return cause === 'wish' || cause === 'staff' ? message.actor : 'system';
}

/** An event that staff asked for says who and why. */
function withWish(event: LadderEvent, message: StepMessage<CodeFacts> | undefined): LadderEvent {
  if (message?.kind !== 'action' || !('cause' in event.data)) return event;
  if (event.data.cause !== 'staff') return event;
  return { ...event, data: { ...event.data, asked: message.asked } } as LadderEvent;
}

async function carryOut(
  context: Context,
  decided: LadderEvent,
  message: StepMessage<CodeFacts> | undefined,
): Promise<void> {
  const event = withWish(decided, message);
  const { run, step, settings } = context;
  const place = { run_uuid: run.uuid, step_uuid: step.uuid };
  const { length } = settings.nip.code;
  if (event.type === 'code_issued') {
    const { order, issue, expires_at } = event.data;
    const made = await context.call.issueCode(order, issue);
    context.emit('code_issued', { order, issue, expires_at, ...made });
    return;
  }
  context.emit(event.type, event.data, actorOf(event, message));
  if (event.type !== 'send_queued') return;
  const { issue } = event.data;
  const state = stateOf(context);
  const code = currentOf(state)?.issue;
  if (code?.number !== issue || state.destinations === null) throw new Error('no code to send');
  const { account_uuid, mode, language } = run;
  const { order, send, channel, connector_uuid } = event.data;
  context.send({
    ...place,
    ...{ account_uuid, mode, language, destinations: state.destinations.submission_id },
    ...{ order, send, issue, channel, connector_uuid, key_id: code.key_id, length },
    expires_at: code.expires_at,
  });
}

function stateOf({ step, settings }: Context): LadderState {
  return step.nip ?? newLadder(settings.nip);
}
