/** What a step type is to the run that executes it. Types only: the behaviour lies in each type's `step.ts`. */
import type { Asked, LadderEventData } from '../nips/events';
import type { Receipt, SendAnswer } from '../nips/messages';
import type { Channel } from '../nips/policy';
import type { Actor, Json, NumberedEvent } from '../runs/events';
import type { StepOutcome, WaitingFor } from '../runs/outcome';
import type { StepView } from '../runs/view';

/** What reaches a step while it is its turn. */
export type StepMessage<Facts = Json> =
  /** Its content is sealed (here, else elsewhere); `facts` is what the step may decide by. */
  | { kind: 'submission'; id: string; facts: Facts; actor: Actor; sealed?: string | undefined }
  /** The person has come for the first time, while the step was at work already. */
  | { kind: 'opened' }
  /** Somebody asks for another message. */
  | { kind: 'wish'; actor: Actor }
  | ({ kind: 'action'; action: 'resend_code' } & StaffWish)
  | ({ kind: 'action'; action: 'switch_channel'; channel: Channel } & StaffWish)
  /** What a reviewer says to a step that is in review. */
  | ({ kind: 'decision'; decision: 'approved' | 'rejected' } & StaffWish)
  | ({ kind: 'receipt' } & Receipt)
  /** What became of a message that the step had sent. */
  | ({ kind: 'answer' } & SendAnswer)
  /** The time of the step's own deadline has come. */
  | { kind: 'due' };

/** Who asked for an action, and why. */
export interface StaffWish {
  actor: Actor;
  asked: Asked;
}

/** A message in hand: whoever sent it waits for the verdict, which is given once. */
export interface Delivery<Message> {
  message: Message;
  /** A submission that is taken becomes the step's payload. */
  accept(): void;
  /** Turns it down with a code of the API and details for its caller; the step goes on waiting. */
  refuse(code: string, message: string, details?: Json): void;
}

export type Submission<Facts> = Delivery<Extract<StepMessage<Facts>, { kind: 'submission' }>>;

/** What a step may have done in the world. Each is an activity; inputs and answers hold nothing personal. */
export interface StepCalls {
  /** Fixes where codes go: finds the destinations, seals them, answers what of them may be shown. */
  fixDestinations(channels: Channel[]): Promise<LadderEventData['destinations_fixed']>;
  /** Makes a code under the newest key. */
  issueCode(order: number, issue: number): Promise<{ key_id: string; digest: string }>;
}

/** Input of the activity behind `fixDestinations`. */
export interface DestinationSources {
  run_uuid: string;
  step_uuid: string;
  /** Key or custom id, by which the step's setup is kept. */
  name: string;
  /** Submissions that may name a destination, the first that does counts. */
  submissions: string[];
  channels: Channel[];
}

/** Input of the activity behind `issueCode`. */
export interface CodeOrder {
  run_uuid: string;
  step_uuid: string;
  order: number;
  issue: number;
  length: number;
}

/** A message to send; what became of it comes back as a message of kind `answer`. */
export interface SendOrder {
  run_uuid: string;
  account_uuid: string;
  mode: 'live' | 'test';
  step_uuid: string;
  language: string;
  destinations: string;
  order: number;
  send: number;
  issue: number;
  key_id: string;
  length: number;
  channel: Channel;
  connector_uuid: string | null;
  /** Until when the code is worth sending: milliseconds since the epoch, in the run's clock. */
  expires_at: number;
}

/** Events that MongoDB has not heard of yet: those after `after`, for whoever writes there next. */
export interface News {
  after: number;
  events: NumberedEvent[];
  /** As of a batch (`store/merge-batch`). */
  task_time: number;
}

/**
 * What a step is given. It has no chance, no Temporal and no view of other steps: a step that is executed again after
 * the run was continued as new begins anew, so what it must remember stands in its events.
 */
export interface StepContext<Settings, Facts> {
  settings: Settings;
  run: { uuid: string; account_uuid: string; mode: 'live' | 'test'; language: string };
  /** The step as its events add up to by now. */
  readonly step: StepView;
  /** The run's clock, in milliseconds since the epoch. */
  now(): number;
  /** Waits for the next message of any kind. */
  next(): Promise<Delivery<StepMessage<Facts>>>;
  /** Waits for the next submission; messages of other kinds are turned down. */
  submission(): Promise<Submission<Facts>>;
  /**
   * Asks for a review, whose reason is a stable code, and waits for the decision: an approval is a success, a rejection
   * names the reviewer's reason. Called again after the run was continued as new, it goes on waiting.
   */
  review(reason: string): Promise<StepOutcome>;
  /** Makes something a fact; `actor` is who did it, `system` where nobody did. */
  emit<Type extends keyof LadderEventData>(
    type: Type,
    data: LadderEventData[Type],
    actor?: Actor,
  ): void;
  call: StepCalls;
  send(order: SendOrder): void;
}

/** A step type's behaviour. Traits are read by the engine, which never knows a type by its name. */
export interface StepType<Settings = Json, Facts = Json> {
  /** Whom the step waits for when it starts. */
  waitsFor: WaitingFor;
  /** Carries the step to its end. Cancelled from outside when the run ends: needs no care here. */
  run(context: StepContext<Settings, Facts>): Promise<StepOutcome>;
}
