/** What a step type is to the run that executes it. Types only: the behaviour lies in each type's `step.ts`. */
import type { Actor, RequestReason, Json, NumberedEvent } from '../domain/run/events';
import type { StepOutcome, WaitingFor } from '../domain/run/outcome';
import type { StepView } from '../domain/run/run-view';
import type { CallResult, StepActivity } from './step-activity';

/** A message to a step whose turn it is. */
export type StepMessage<Facts = Json> =
  /** Its content is sealed (here, else elsewhere); `facts` is what the step may decide by. */
  | { kind: 'submission'; id: string; facts: Facts; actor: Actor; sealed?: string | undefined }
  /** The person came for the first time while the step was already running. Only for types with `hearsOpened`. */
  | { kind: 'opened' }
  /** Somebody asks the step to repeat what it sent. */
  | { kind: 'resend'; actor: Actor }
  /** A staff action that the step type declares, with its parsed details. */
  | ({ kind: 'action'; action: string; details: Json } & StaffRequest)
  /** A reviewer's decision on a step that is in review. */
  | ({ kind: 'decision'; decision: 'approved' | 'rejected' } & StaffRequest)
  | LateMessage
  /** The step's own deadline has come. */
  | { kind: 'due' };

/** A message that may also come when its step is over. */
export type LateMessage =
  /** A message from outside about something that the step did. */
  { kind: 'report'; report: object } | ({ kind: 'result' } & CallResult);

/** Who asked for an action, and why. */
export interface StaffRequest {
  actor: Actor;
  asked: RequestReason;
}

/** A message that its sender waits on; the step decides it once. */
export interface StepRequest<Message> {
  message: Message;
  /** Accepts it. An accepted submission becomes the step's payload. */
  accept(): void;
  /** Refuses it with a code of the API and details for its caller; the step goes on waiting. */
  refuse(code: string, message: string, details?: Json): void;
}

export type Submission<Facts> = StepRequest<Extract<StepMessage<Facts>, { kind: 'submission' }>>;

/** Events that MongoDB doesn't have yet: those after `after`. */
export interface PendingEvents {
  after: number;
  events: NumberedEvent[];
  /** As of a batch (`store/merge-batch`). */
  task_time: number;
}

/** Answer of an activity that stores attached events: `stored` tells if MongoDB has them now. */
export interface Stored<Output> {
  output: Output;
  stored: boolean;
}

/** Variant of an activity that first stores the pending events attached to it. */
export interface StoringActivity<Input, Output> {
  name: string;
  readonly signature?: (input: Input, pending: PendingEvents) => Stored<Output>;
}

/** An activity that runs beside the step. Its result comes back as a message of kind `result`. */
export interface BackgroundCall<Input, Output> {
  activity: StepActivity<Input, Output>;
  input: Input;
  /** When the result is no longer of use, in milliseconds since the epoch by the run's clock. */
  until: number;
  /** Result where the activity gave none by then. */
  otherwise: Output;
  /** Takes the place of `activity`, and stores the run's pending events too: one action and one write fewer. */
  storing?: StoringActivity<Input, Output>;
}

/** Calls an activity of the step type; throws what it failed with. */
export type Call = <Input, Output>(
  activity: StepActivity<Input, Output>,
  input: Input,
) => Promise<Output>;

/** Data of a step type's own events, by their type. */
export type EventTypes = object;

/**
 * Context of a step. It has no randomness and no Temporal: a step that is executed again after the run was continued
 * as new begins anew, so what it must remember stands in its events.
 */
export interface StepContext<Settings, Facts, Events extends EventTypes = EventTypes> {
  settings: Settings;
  run: { uuid: string; account_uuid: string; mode: 'live' | 'test'; language: string };
  /** The step as its events add up to by now. */
  readonly step: StepView;
  /** The steps before this one, in order. */
  readonly before: readonly StepView[];
  /** Data that the API prepared for this step when it created the run; undefined if there is none. */
  readonly prepared: object | undefined;
  /** The run's clock, in milliseconds since the epoch. */
  now(): number;
  /** Waits for the next message of any kind. */
  next(): Promise<StepRequest<StepMessage<Facts>>>;
  /** Waits for the next submission; refuses messages of other kinds. */
  submission(): Promise<Submission<Facts>>;
  /**
   * Asks for a review, whose reason is a stable code, and waits for the decision: an approval is a success, a rejection
   * names the reviewer's reason. Called again after the run was continued as new, it goes on waiting.
   */
  review(reason: string): Promise<StepOutcome>;
  /** Records an event of the step type; `actor` is who did it, `system` where nobody did. */
  emit<Type extends keyof Events & string>(type: Type, data: Events[Type], actor?: Actor): void;
  call: Call;
  /** Starts an activity that goes on beside the step, and after its end. */
  start<Input, Output>(call: BackgroundCall<Input, Output>): void;
}

/** An event of a step type that is about to be recorded. */
export interface StepEventDraft {
  type: string;
  data: object;
}

/** A report that the sandbox will make of what a step sent. */
export interface UpcomingReport {
  /** Milliseconds since the epoch, in the run's clock. */
  at: number;
  report: object;
}

/** A step type's behaviour. The engine reads these traits and never knows a type by its name. */
export interface StepType<Settings = Json, Facts = Json, Events extends EventTypes = EventTypes> {
  /** Whom the step waits for when it starts. */
  waitsFor: WaitingFor;
  /** Carries the step to its end. Cancelled from outside when the run ends: needs no care here. */
  run(context: StepContext<Settings, Facts, Events>): Promise<StepOutcome>;
  /** Staff actions that the step handles, each with a parser of its details; null: they make no sense. */
  actions?: Readonly<Record<string, (details: Readonly<Record<string, unknown>>) => Json>>;
  /** Returns true for facts that the schema of this type makes. Absent: the type reads none. */
  acceptsFacts?(facts: unknown): boolean;
  /** Returns true for a report that this type can read. Absent: the type gets none. */
  acceptsReport?(report: object): boolean;
  /** Receives `opened`. */
  hearsOpened?: true;
  /** Returns the event that keeps a message which came when the step was over; null: nothing is kept. */
  lateEvent?(step: StepView, message: LateMessage): StepEventDraft | null;
  /** Finds the next report that the sandbox will make of the step. For clocks that are moved on. */
  nextReport?(run_uuid: string, step: StepView, call: Call): Promise<UpcomingReport | null>;
}
