/** Contract between a step type and the run that executes it. Types only: the behaviour is in each type's `step.ts`. */
import type { Actor, RequestReason, Json, NumberedEvent } from '../domain/run/events';
import type { StepOutcome, WaitingFor } from '../domain/run/outcome';
import type { StepView } from '../domain/run/run-view';
import type { CallResult, StepActivity } from './step-activity';

/** A message for the current step. */
export type StepMessage<Facts = Json> =
  /** A submission. Its content is sealed (in `sealed`, or elsewhere); the step may decide by `facts`. */
  | { kind: 'submission'; id: string; facts: Facts; actor: Actor; sealed?: string | undefined }
  /** The person opened the run while the step was already running. Only for types with `hearsOpened`. */
  | { kind: 'opened' }
  /** A request to send again. */
  | { kind: 'resend'; actor: Actor }
  /** A staff action that the step type declares, with its parsed details. */
  | ({ kind: 'action'; action: string; details: Json } & StaffRequest)
  /** A reviewer's decision on a step in review. */
  | ({ kind: 'decision'; decision: 'approved' | 'rejected' } & StaffRequest)
  | LateMessage
  /** The step's own deadline was reached. */
  | { kind: 'due' };

/** A message that may also arrive after its step has ended. */
export type LateMessage =
  /** A report from outside about something that the step sent. */
  { kind: 'report'; report: object } | ({ kind: 'result' } & CallResult);

/** Name and reason of a staff action. */
export interface StaffRequest {
  actor: Actor;
  asked: RequestReason;
}

/** A message whose sender waits for the step's decision. Decide it once. */
export interface StepRequest<Message> {
  message: Message;
  /** Accepts it. An accepted submission becomes the step's payload. */
  accept(): void;
  /** Refuses it with a code of the API and details for its caller; the step continues to wait. */
  refuse(code: string, message: string, details?: Json): void;
}

export type Submission<Facts> = StepRequest<Extract<StepMessage<Facts>, { kind: 'submission' }>>;

/** Events that MongoDB doesn't have yet: those after number `after`. */
export interface PendingEvents {
  after: number;
  events: NumberedEvent[];
  /** Time of the batch (`store/merge-batch`). */
  task_time: number;
}

/** Result of an activity that stores attached events. `stored`: true if MongoDB has them now. */
export interface Stored<Output> {
  output: Output;
  stored: boolean;
}

/** Variant of an activity that first stores the pending events attached to it. */
export interface StoringActivity<Input, Output> {
  name: string;
  readonly signature?: (input: Input, pending: PendingEvents) => Stored<Output>;
}

/** An activity that runs beside the step. Its result arrives as a message of kind `result`. */
export interface BackgroundCall<Input, Output> {
  activity: StepActivity<Input, Output>;
  input: Input;
  /** Time after which the result is not needed, in milliseconds since the epoch by the run's clock. */
  until: number;
  /** Result to use if the activity returned none by then. */
  otherwise: Output;
  /** Replaces `activity` and stores the run's pending events as well: one action and one write fewer. */
  storing?: StoringActivity<Input, Output>;
}

/** Calls an activity of the step type. Throws its failure. */
export type Call = <Input, Output>(
  activity: StepActivity<Input, Output>,
  input: Input,
) => Promise<Output>;

/** Data of a step type's own events, by type. */
export type EventTypes = object;

/**
 * Context of a step. Offers no randomness and no Temporal API. When the run is continued as new, `run` starts again:
 * everything that the step must remember belongs in its events.
 */
export interface StepContext<Settings, Facts, Events extends EventTypes = EventTypes> {
  settings: Settings;
  run: { uuid: string; account_uuid: string; mode: 'live' | 'test'; language: string };
  /** The step as the fold of its events so far. */
  readonly step: StepView;
  /** The steps before this one, in order. */
  readonly before: readonly StepView[];
  /** Data that the API prepared for this step when it created the run; undefined if there is none. */
  readonly prepared: object | undefined;
  /** The run's clock, in milliseconds since the epoch. */
  now(): number;
  /** Waits for the next message of any kind. */
  next(): Promise<StepRequest<StepMessage<Facts>>>;
  /** Waits for the next submission; refuses other messages. */
  submission(): Promise<Submission<Facts>>;
  /**
   * Requests a review and waits for the decision. `reason`: a stable code. Approval is a success; rejection carries the
   * reviewer's reason. After the run was continued as new, calling it again resumes the wait.
   */
  review(reason: string): Promise<StepOutcome>;
  /** Records an event of the step type. `actor`: who caused it, or `system`. */
  emit<Type extends keyof Events & string>(type: Type, data: Events[Type], actor?: Actor): void;
  call: Call;
  /** Starts an activity beside the step. It continues after the step's end. */
  start<Input, Output>(call: BackgroundCall<Input, Output>): void;
}

/** An event of a step type that is about to be recorded. */
export interface StepEventDraft {
  type: string;
  data: object;
}

/** A report that the sandbox will make about something that a step sent. */
export interface UpcomingReport {
  /** Milliseconds since the epoch, by the run's clock. */
  at: number;
  report: object;
}

/** A step type's behaviour. The engine reads these traits and never checks for a type by name. */
export interface StepType<Settings = Json, Facts = Json, Events extends EventTypes = EventTypes> {
  /** The party that the step waits for when it starts. */
  waitsFor: WaitingFor;
  /** Executes the step to its end. The engine cancels it when the run ends. */
  run(context: StepContext<Settings, Facts, Events>): Promise<StepOutcome>;
  /** Staff actions of the step, each with a parser of its details. The parser returns null for invalid details. */
  actions?: Readonly<Record<string, (details: Readonly<Record<string, unknown>>) => Json>>;
  /** Returns true for facts that the schema of this type makes. Absent: the type reads none. */
  acceptsFacts?(facts: unknown): boolean;
  /** Returns true for a report that this type can read. Absent: the type gets none. */
  acceptsReport?(report: object): boolean;
  /** Receives `opened`. */
  hearsOpened?: true;
  /** Returns the event that records a message that arrived after the step's end; null to drop the message. */
  lateEvent?(step: StepView, message: LateMessage): StepEventDraft | null;
  /** Finds the next report that the sandbox will make about the step. Used when a clock is moved forward. */
  nextReport?(run_uuid: string, step: StepView, call: Call): Promise<UpcomingReport | null>;
}
