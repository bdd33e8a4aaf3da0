/** State of a run in the workflow's memory: its view, its pending events, and its messages. */
import {
  allHandlersFinished,
  CancellationScope,
  condition,
  isCancellation,
  makeContinueAsNewFunc,
  setCurrentDetails,
  workflowInfo,
} from '@temporalio/workflow';
import type {
  Actor,
  EventData,
  EventType,
  NumberedEvent,
  StepEventType,
} from '../../domain/run/events';
import type { StepEventDraft, StepMessage } from '../../steps/contract';
import { isFinalRun } from '../../domain/run/outcome';
import { nextStep, type RunView } from '../../domain/run/view';
import { describeRun } from './describe-run';
import { announce } from './announce';
import { BackgroundCalls } from '../step-work/background-calls';
import type { Catalogue } from './catalogue';
import type { PreparedStep, RunInput, RunResult } from '../messages/messages';
import { ProjectionPublisher } from '../projection/projection-publisher';
import { StepInbox, type Decision, type PendingMessage } from '../step-work/step-inbox';

type Finals = 'run_succeeded' | 'run_failed' | 'run_rejected' | 'run_expired' | 'run_cancelled';

type Continued = (input: RunInput) => Promise<RunResult>;

type Accepted = Extract<StepMessage, { kind: 'submission' }>;

export class Run {
  readonly inbox = new StepInbox();
  readonly publisher: ProjectionPublisher;
  readonly background = new BackgroundCalls(this);
  /** Data that the API prepared for a step of this execution. */
  readonly prepared: PreparedStep | undefined;
  /** Scope that the steps execute in. The end of the run cancels it. */
  private readonly steps = new CancellationScope();
  private current: RunView;
  private wakeUp: (() => boolean) | undefined;
  private blocked = false;
  private arrived = 0;
  private served = 0;

  constructor(
    input: RunInput,
    readonly catalogue: Catalogue,
  ) {
    const { events } = catalogue;
    if (input.kind === 'new') {
      this.prepared = input.prepared;
      this.publisher = new ProjectionPublisher(null, events, input.sealed);
      this.current = this.publisher.add(input.created);
    } else {
      this.prepared = undefined;
      this.publisher = new ProjectionPublisher(input.view, events, undefined, input.task_time);
      this.current = input.view;
    }
    setCurrentDetails(describeRun(this.current));
  }

  get view(): RunView {
    return this.current;
  }

  get isOver(): boolean {
    return isFinalRun(this.current.status);
  }

  get result(): RunResult {
    return { status: this.current.status, reason: this.current.reason };
  }

  /** The run's clock, in milliseconds since the epoch: the server's clock plus the sandbox's offset. */
  get now(): number {
    return Date.now() + (this.current.clock_offset ?? 0);
  }

  /** Moves the run's clock forward to a time. */
  setClock(at: number): void {
    if (at > this.now) this.record('clock_advanced', 'integrator', { offset: at - Date.now() });
  }

  /** True while the steps wait and no pending message would resume them. */
  get isQuiet(): boolean {
    return this.wakeUp !== undefined && !this.wakeUp();
  }

  /** True when callers may be answered now. */
  get isSettled(): boolean {
    return this.isQuiet || this.blocked || this.isOver;
  }

  /**
   * Runs work that may last as long as an outage. Callers get their responses before it; the next message is handled
   * after it.
   */
  async whileBlocked<Result>(work: () => Promise<Result>): Promise<Result> {
    this.blocked = true;
    try {
      return await work();
    } finally {
      this.blocked = false;
    }
  }

  /** True if the steps wait, nothing is being stored and no message is being handled. */
  get isIdle(): boolean {
    return this.served === this.arrived && this.isAtRest;
  }

  private get isAtRest(): boolean {
    return (this.isQuiet || this.isOver) && this.publisher.isSettled;
  }

  /**
   * Handles a message inside its turn: in the order of arrival, one at a time, each until the run is idle. The
   * behaviour of a run then depends on the order of its messages alone. If a local activity outlives its workflow task,
   * a replay delivers in one activation what came in two, and code that depends on concurrent work would behave
   * differently.
   */
  async inTurn<Result>(handle: () => Promise<Result>): Promise<Result> {
    const turn = this.arrived;
    this.arrived += 1;
    return CancellationScope.nonCancellable(async () => {
      await condition(() => this.served === turn && this.isAtRest);
      try {
        return await handle();
      } finally {
        this.served += 1;
      }
    });
  }

  /** Delivers a message to the current step. Resolves when it is decided and the run is idle again. */
  async deliver(stepUuid: string, message: StepMessage): Promise<Decision | undefined> {
    const pending = this.inbox.put(stepUuid, message);
    await condition(() => this.isDone(pending));
    this.inbox.remove(pending);
    await this.publisher.publish();
    return pending.decision;
  }

  /** Returns true when a decision is final: the run is idle again, so that the response shows the consequences. */
  private isDone({ decision, step_uuid }: PendingMessage): boolean {
    if (this.isOver) return true;
    if (decision !== undefined) return this.isSettled;
    return nextStep(this.current)?.uuid !== step_uuid;
  }

  /** Records an event of the run: folds it and adds it to the pending events. */
  record<Type extends EventType>(
    type: Type,
    actor: Actor,
    data: EventData[Type],
    stepUuid: string | null = null,
  ): void {
    this.append({ type, actor, step_uuid: stepUuid, data });
  }

  /** Records an event of a step type. The cast holds because only events that step types declare come here. */
  recordStepEvent({ type, data }: StepEventDraft, actor: Actor, step_uuid: string): void {
    this.append({ type: type as StepEventType, actor, step_uuid, data });
  }

  /** Records that a submission was accepted. */
  recordAccepted({ id, actor, sealed }: Accepted, step_uuid: string): void {
    const data = { submission_id: id };
    this.append({ type: 'submission_accepted', actor, step_uuid, data }, sealed);
  }

  private append(
    fact: Pick<NumberedEvent, 'type' | 'actor' | 'step_uuid' | 'data'>,
    sealed?: string,
  ): void {
    const before = this.current;
    const event = {
      number: before.number + 1,
      // The API's clock, which timed event 1, may be ahead of the server's.
      at: Math.max(this.now, before.updated_at),
      ...fact,
    } as NumberedEvent;
    this.current = this.publisher.add(event, sealed);
    setCurrentDetails(describeRun(this.current));
    announce(before, this.current);
  }

  /** Ends the run, once, and cancels the work of its steps. */
  end<Type extends Finals>(type: Type, actor: Actor, data: EventData[Type]): void {
    if (this.isOver) return;
    this.record(type, actor, data);
    this.steps.cancel();
  }

  /** Executes steps until they are done or the run ends. */
  async execute(walk: () => Promise<void>): Promise<void> {
    try {
      await this.steps.run(walk);
    } catch (error) {
      if (!this.isOver || !isCancellation(error)) throw error;
    }
  }

  /** Stores all events, then waits. Continues as new here if the history is long. */
  async rest(until: () => boolean): Promise<void> {
    do {
      await this.publisher.publish();
      this.wakeUp = until;
      await condition(() => until() || this.mayContinueAsNew());
      this.wakeUp = undefined;
      // The event that ended the wait may have resumed other code that recorded events: store these first.
    } while (!until() && !this.mayContinueAsNew());
    if (!until()) await this.continueAsNew();
  }

  private continueAsNew(): Promise<never> {
    const task_time = this.publisher.lastTaskTime;
    return makeContinueAsNewFunc<Continued>()({ kind: 'carried', view: this.current, task_time });
  }

  private mayContinueAsNew(): boolean {
    return (
      workflowInfo().continueAsNewSuggested &&
      this.publisher.isEmpty &&
      this.inbox.isIdle &&
      this.served === this.arrived &&
      this.background.isEmpty &&
      allHandlersFinished()
    );
  }
}
