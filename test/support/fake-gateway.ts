/** A gateway without Temporal: messages become events at once, in the real store. For tests of the API alone. */
import type { OtpEvent } from '../../src/domain/otp/events';
import { summarizeRun, type RunSummary } from '../../src/domain/run/run-summary';
import type {
  Actor,
  RequestReason,
  EventData,
  EventType,
  NumberedEvent,
} from '../../src/domain/run/events';
import { isFinalRun } from '../../src/domain/run/outcome';
import { buildRejection } from '../../src/domain/run/review';
import { foldWithWebhooks } from '../../src/domain/run/outbox';
import { nextStep, type RunView } from '../../src/domain/run/view';
import type { RunStore } from '../../src/store/runs/runs';
import {
  RunBusy,
  RunRefused,
  TemporalUnavailable,
  type NewRun,
  type ReceiptMessage,
  type RunGateway,
} from '../../src/platform/temporal/run-gateway';
import type {
  ActionMessage,
  StartMessage,
  SubmitMessage,
  UploadMessage,
} from '../../src/workflows/messages/messages';

export type Trouble =
  /** Simulates an unavailable Temporal. */
  | 'down'
  /** Applies messages and loses the responses. */
  | 'answers_lost'
  | 'busy'
  /** Simulates a bug. */
  | 'broken';

/** An event of a run, without number and time. */
export type Draft = (
  { [Type in EventType]: { type: Type; data: EventData[Type] } }[EventType] | OtpEvent
) & {
  actor: Actor;
  step_uuid?: string;
  sealed?: string | undefined;
};

export class FakeGateway implements RunGateway {
  trouble: Trouble | null = null;
  /** Every message waits for this. */
  gate: Promise<void> = Promise.resolve();
  readonly started = new Map<string, NewRun>();
  readonly messages: (StartMessage | SubmitMessage | ActionMessage | UploadMessage)[] = [];
  /** Decisions by update id: Temporal responds to a repeated update with its first decision. */
  private readonly verdicts = new Map<string, RunSummary>();
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly runs: RunStore) {}

  start(run: NewRun): Promise<number> {
    const { run_uuid } = run.input.created.data;
    return this.suffer(() => {
      const first = this.started.get(run_uuid) ?? run;
      this.started.set(run_uuid, first);
      return Promise.resolve(first.input.created.at);
    });
  }

  open(uuid: string, message: StartMessage, updateId: string): Promise<RunSummary> {
    const { actor, submission_id } = message;
    return this.update(uuid, updateId, message, async (view) => {
      const type = view.started_at === null ? ('run_opened' as const) : ('person_active' as const);
      const opened = await this.append(
        uuid,
        { type, actor, data: { submission_id } },
        ...opening(view),
      );
      return summarizeRun(opened, nextStep(opened)?.uuid ?? null);
    });
  }

  submit(uuid: string, message: SubmitMessage): Promise<RunSummary> {
    const { actor, id: submission_id, step_uuid, sealed } = message;
    return this.update(uuid, submission_id, message, async (view) => {
      if (nextStep(view)?.uuid !== step_uuid)
        throw new RunRefused('step_not_current', 'Not its turn.');
      const isFirst = view.started_at === null;
      const taken = await this.append(
        uuid,
        ...(isFirst ? [{ type: 'run_opened', actor, data: { submission_id: null } } as const] : []),
        ...opening(view),
        { type: 'submission_accepted', actor, data: { submission_id }, step_uuid, sealed },
        { type: 'step_succeeded', actor: 'system', data: {}, step_uuid },
      );
      const next = nextStep(taken);
      const ended = await this.append(
        uuid,
        ...(next === undefined
          ? [{ type: 'run_succeeded', actor: 'system', data: {} } as const]
          : opening(taken)),
      );
      return summarizeRun(ended, step_uuid);
    });
  }

  act(uuid: string, message: ActionMessage, updateId: string): Promise<RunSummary> {
    const { actor, action, by, reason } = message;
    return this.update(uuid, updateId, message, async (view) => {
      const data = { by, reason, verified: true };
      if (action !== 'cancel') {
        const drafts = decided(view, { action, actor, data });
        return summarizeRun(await this.append(uuid, ...drafts), null);
      }
      return summarizeRun(await this.append(uuid, { type: 'run_cancelled', actor, data }), null);
    });
  }

  upload(uuid: string, message: UploadMessage): Promise<RunSummary> {
    const { step_uuid, actor, max_files, ...data } = message;
    return this.update(uuid, data.media_uuid, message, async (view) => {
      if (nextStep(view)?.uuid !== step_uuid)
        throw new RunRefused('step_not_current', 'Not its turn.');
      const held = nextStep(view)?.media?.filter(
        ({ collection }) => collection === data.collection,
      );
      if ((held?.length ?? 0) >= max_files) {
        const details = [{ path: 'collection', message: `takes no more than ${max_files} files` }];
        throw new RunRefused('submission_refused', 'This file is one too many.', details);
      }
      const isFirst = view.started_at === null;
      const added = await this.append(
        uuid,
        ...(isFirst ? [{ type: 'run_opened', actor, data: { submission_id: null } } as const] : []),
        ...opening(view),
        { type: 'media_added', actor, data, step_uuid },
      );
      return summarizeRun(added, step_uuid);
    });
  }

  resend(): Promise<RunSummary> {
    return Promise.reject(new RunRefused('action_not_allowed', 'This step sends no messages.'));
  }

  advance(uuid: string, minutes: number, updateId: string): Promise<RunSummary> {
    const message = { action: 'cancel', by: '', reason: '', actor: 'integrator' } as const;
    return this.update(uuid, updateId, message, async () => {
      const data = { offset: minutes * 60_000 };
      return summarizeRun(
        await this.append(uuid, { type: 'clock_advanced', actor: 'integrator', data }),
        null,
      );
    });
  }

  /** Reports to runs about their messages. */
  readonly reports: (ReceiptMessage & { run_uuid: string })[] = [];

  report(run_uuid: string, message: ReceiptMessage): Promise<void> {
    return this.suffer(async () => void this.reports.push({ run_uuid, ...message }));
  }

  reconcile(): Promise<void> {
    return Promise.resolve();
  }

  async ping(): Promise<void> {
    if (this.trouble === 'down') throw new TemporalUnavailable('down');
    await this.gate;
  }

  /** Forgets its decisions, like Temporal after the retention of a history. */
  forget(): void {
    this.verdicts.clear();
  }

  /** Appends an event to a run now. */
  async append(uuid: string, ...drafts: Draft[]): Promise<RunView> {
    return this.appendAt(uuid, Date.now(), drafts);
  }

  /** Like `append`, at a given time. */
  async appendAt(uuid: string, at: number, drafts: readonly Draft[]): Promise<RunView> {
    const stored = await this.runs.findWithEvents(uuid);
    if (stored === null) throw new Error(`run ${uuid} was not stored`);
    const events = drafts.map((draft, index) => {
      const { step_uuid = null, sealed: _sealed, ...rest } = draft;
      return { ...rest, step_uuid, number: stored.number + index + 1, at } as NumberedEvent;
    });
    const items = events.map((event, index) => {
      const before =
        index === 0 ? stored.view : foldWithWebhooks(stored.view, events.slice(0, index)).view;
      const sealed = drafts[index]?.sealed;
      const { entries } = foldWithWebhooks(before, [event]);
      return { event, entries, ...(sealed !== undefined && { sealed }) };
    });
    const { view } = foldWithWebhooks(stored.view, events);
    await this.runs.project({ after: stored.number, items, view, task_time: Date.now() });
    return view;
  }

  private update(
    uuid: string,
    id: string,
    message: StartMessage | SubmitMessage | ActionMessage | UploadMessage,
    decide: (view: RunView) => Promise<RunSummary>,
  ): Promise<RunSummary> {
    const done = this.queue.then(() =>
      this.suffer(async () => {
        this.messages.push(message);
        const known = this.verdicts.get(`${uuid}/${id}`);
        if (known !== undefined) return known;
        const view = (await this.runs.findWithEvents(uuid))?.view;
        if (view === undefined || isFinalRun(view.status)) {
          throw new RunRefused('already_finished', 'The run is finished.');
        }
        const answer = await decide(view);
        this.verdicts.set(`${uuid}/${id}`, answer);
        return answer;
      }),
    );
    this.queue = done.catch(() => undefined);
    return done;
  }

  private async suffer<Result>(effect: () => Promise<Result>): Promise<Result> {
    await this.gate;
    if (this.trouble === 'down') throw new TemporalUnavailable('down');
    if (this.trouble === 'busy') throw new RunBusy('busy');
    if (this.trouble === 'broken') throw new Error('a secret of the inside');
    const result = await effect();
    if (this.trouble === 'answers_lost') throw new TemporalUnavailable('lost');
    return result;
  }
}

/** Events that follow from a reviewer's decision. */
function decided(
  { review }: RunView,
  { action, actor, data }: Pick<ActionMessage, 'action' | 'actor'> & { data: RequestReason },
): Draft[] {
  if (review === undefined) throw new RunRefused('action_not_allowed', 'It is not in review.');
  const place = review.step_uuid === null ? {} : { step_uuid: review.step_uuid };
  if (action === 'reject_step') {
    const fault = buildRejection(data);
    return [
      { type: 'review_rejected', actor, data, ...place },
      { type: 'step_rejected', actor: 'system', data: fault, ...place },
      { type: 'run_rejected', actor: 'system', data: fault },
    ];
  }
  return [
    { type: 'review_approved', actor, data, ...place },
    { type: 'step_succeeded', actor: 'system', data: {}, ...place },
  ];
}

/** The start of the next step, if it hasn't started. */
function opening(view: RunView): Draft[] {
  const step = nextStep(view);
  if (step?.status !== 'pending') return [];
  const data = { waits_for: 'person' as const };
  return [{ type: 'step_started', actor: 'system', data, step_uuid: step.uuid }];
}
