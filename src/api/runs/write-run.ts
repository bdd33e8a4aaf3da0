/** Writes to a run through its workflow: what start, submit and actions have in common. */
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinalStep } from '../../runs/outcome';
import type { RunRecord } from '../../store/runs';
import { RunRefused, TemporalUnavailable } from '../../temporal/run-gateway';
import { answerOf, type Answer } from '../../runs/answer';
import type { RunView, StepView } from '../../runs/view';
import type { Client } from '../../steps/schema-contract';
import type { ApiDependencies } from '../dependencies';
import type { Exchange, KeyCaller, Reply, TokenCaller } from '../http/route';
import { ApiError, notFound } from '../problems';
import { timestampOrNull } from '../../runs/timestamps';
import { requireOpen } from './find-run';
import { presentStep } from '../../presentation/present-run';
import { openSubmission, sealSubmission, type SealedSubmission } from '../../store/sealed-content';
import { ownValue } from '../../runs/own-value';

/** Submissions kept in one run, taken or not. */
const MAX_SUBMISSIONS = 300;
/** How long an answer waits for its projection, and how often it looks, in milliseconds. */
const STORE_WAIT_MS = 1_500;
const STORE_POLL_MS = 100;
/** Waits between the tries, in seconds. */
const RECONCILE_AFTER_S = [1, 2, 4, 8, 15, 30, 60];

/** The exchange of a write, by token or key. */
export type Writing<Params, Body> = Exchange<Params, unknown, Body, KeyCaller | TokenCaller>;

/** Who acts: the person with the run's token, or its backend with a key. */
export function actorOf(caller: KeyCaller | TokenCaller): 'person' | 'integrator' {
  return caller.kind === 'token' ? 'person' : 'integrator';
}

/** Where a person's request came from; a backend declares it in the body. */
export function clientOf({ request }: Pick<Writing<never, never>, 'request'>): Client {
  return { ip: request.ip ?? null, user_agent: request.get('user-agent')?.slice(0, 512) ?? null };
}

/**
 * True where a run holds as many submissions to unfinished steps as it may: each one tried while Temporal was away
 * stays, as it may have been taken.
 */
export function isFull({ submissions, view }: RunRecord): boolean {
  const finished = new Set(
    view.steps.filter((step) => isFinalStep(step.status)).map((step) => step.uuid),
  );
  const open = Object.values(submissions).filter(({ step_uuid }) => !finished.has(step_uuid ?? ''));
  return open.length >= MAX_SUBMISSIONS;
}

/**
 * Seals a submission into the run's document, before the workflow hears of it; answers the run with it and what is
 * sealed. Of a repetition that is what came first, as the workflow may have taken it already.
 */
export async function keepSubmission(
  deps: ApiDependencies,
  run: RunRecord,
  place: { id: string; step_uuid: string | null },
  submission: SealedSubmission,
): Promise<{ run: RunRecord; submission: SealedSubmission }> {
  const key = await deps.runKeys.find(run._id);
  if (key === null) throw notFound('workflow');
  const address = { run_uuid: run._id, id: place.id };
  const first = ownValue(run.submissions, place.id);
  if (first !== undefined) return { run, submission: openSubmission(key, address, first.sealed) };
  if (isFull(run)) {
    const message = 'Too many submissions came to this workflow. Go on with a new one.';
    throw new ApiError('rate_limited', message, [], { 'Retry-After': '60' });
  }
  const sealed = sealSubmission(key, address, submission);
  const stored = { step_uuid: place.step_uuid, sealed, at: new Date(submission.at) };
  await deps.runs.keepSubmission(run._id, { id: place.id, ...stored });
  const submissions = { ...run.submissions, [place.id]: stored };
  return { run: { ...run, submissions }, submission };
}

/** A submission on its way to its run. */
export interface Handed {
  id: string;
  /** Whether MongoDB has it: then it goes where it is refused. */
  is_kept: boolean;
  /** Has MongoDB keep it where no verdict came. */
  keep?(): Promise<void>;
}

/**
 * Waits for the run's verdict. What it refuses isn't kept; where it is over by now, it says how it ended.
 */
export async function verdictOf(
  deps: ApiDependencies,
  run: RunRecord,
  handed: Handed | null,
  call: () => Promise<Answer>,
): Promise<Answer> {
  try {
    const answer = await call();
    if (!answer.stored) await untilStored(deps, answer.run);
    return answer;
  } catch (error) {
    if (error instanceof TemporalUnavailable) {
      void reconcile(deps, run._id);
      await handed?.keep?.();
    }
    if (!(error instanceof RunRefused)) throw error;
    if (error.code === 'already_finished') return await howItEnded(deps, run, handed, error);
    await drop(deps, run, handed);
    throw error;
  }
}

/**
 * Whoever was answered reads what was answered, as long as MongoDB is up: where the run hadn't stored it at once, its
 * caller waits a little.
 */
async function untilStored({ runs }: ApiDependencies, { uuid, number }: Answer['run']) {
  for (const end = Date.now() + STORE_WAIT_MS; Date.now() < end;) {
    if (await runs.holds(uuid, number)) return;
    await sleep(STORE_POLL_MS);
  }
}

/**
 * A run that is over takes no more messages, and its projection is final: it tells whether this very submission was
 * taken before the end, by a call whose answer was lost. Otherwise the caller hears how the run ended.
 */
async function howItEnded(
  deps: ApiDependencies,
  run: RunRecord,
  handed: Handed | null,
  refusal: RunRefused,
): Promise<Answer> {
  const view = (await deps.runs.find(run, run._id))?.view;
  const answer = view === undefined || handed === null ? null : answerTo(view, handed.id);
  if (answer !== null) return answer;
  await drop(deps, run, handed);
  if (view !== undefined) requireOpen(view);
  throw refusal;
}

/** What a submission that was taken was answered; null where it wasn't. */
function answerTo(view: RunView, id: string): Answer | null {
  if (view.submission_ids.includes(id)) return answerOf(view, null);
  const step = view.steps.find(({ submission_ids }) => submission_ids.includes(id));
  return step === undefined ? null : answerOf(view, step.uuid);
}

async function drop(
  { runs }: ApiDependencies,
  run: RunRecord,
  handed: Handed | null,
): Promise<void> {
  if (handed?.is_kept === true) await runs.dropSubmission(run._id, handed.id);
}

/**
 * A call without an answer may have been lost after its worker had stored what came of it. The run puts that right as
 * soon as it can be reached; where this process dies first, a repetition of the call or `cerciora runs check` does.
 */
async function reconcile(deps: ApiDependencies, uuid: string): Promise<void> {
  if (reconciling.has(uuid)) return;
  reconciling.add(uuid);
  await keepReconciling(deps, uuid).finally(() => reconciling.delete(uuid));
}

/** The runs of which this process keeps trying to say so: one signal a run, however many calls were lost. */
const reconciling = new Set<string>();

async function keepReconciling({ gateway, logger }: ApiDependencies, uuid: string): Promise<void> {
  for (const seconds of RECONCILE_AFTER_S) {
    await sleep(seconds * 1_000, undefined, { ref: false });
    try {
      await gateway.reconcile(uuid);
      return;
    } catch (error) {
      if (error instanceof RunRefused) return;
    }
  }
  logger.warn({ run_uuid: uuid }, 'a run could not be told to reconcile');
}

/** The answer of start and submit: the step they were about, with its payload, and how the run stands. */
export async function presentAnswer(
  deps: ApiDependencies,
  run: RunRecord,
  answer: Answer,
): Promise<Reply & { result: object }> {
  const key = await deps.runKeys.find(run._id);
  const { number: _number, deadline_at, ...progress } = answer.run;
  return {
    result: {
      step: answer.step === null ? null : presentStep(run, answer.step, key),
      run: { ...progress, deadline_at: timestampOrNull(deadline_at) },
    },
    run_uuid: run._id,
  };
}

/** The step of a run, by its uuid. @throws ApiError `not_found`. */
export function stepOf(run: RunRecord, uuid: string): StepView {
  const step = run.view.steps.find((each) => each.uuid === uuid);
  if (step === undefined) throw notFound('step');
  return step;
}

/** @throws ApiError `geolocation_required`. */
export function requireCoordinates(given: readonly number[] | undefined, required: boolean): void {
  if (given !== undefined || !required) return;
  const details = [{ path: 'coordinates', message: 'is required' }];
  throw new ApiError('geolocation_required', 'Send where the person is as coordinates.', details);
}
