/** Writes to a run through its workflow: what start, submit and actions have in common. */
import { setTimeout as sleep } from 'node:timers/promises';
import { summarizeRun, type RunSummary, type UnstoredBatch } from '../../domain/run/run-summary';
import type { RunView } from '../../domain/run/view';
import { ProjectionLate } from '../../store/connection';
import type { RunRecord, RunRef } from '../../store/runs/runs';
import { RunRefused, TemporalUnavailable } from '../../platform/temporal/run-gateway';
import type { Ports } from '../ports';
import { toDomainError } from '../to-domain-error';
import { requireOpen } from './find-run';

/**
 * Longest time from a call to Temporal until MongoDB must have its events, and the time between two checks, in
 * milliseconds. Callers get an answer or 503 within 5 s.
 */
const STORED_WITHIN_MS = 3_700;
const STORE_POLL_MS = 50;
/** Waits between the tries, in seconds. */
const RECONCILE_AFTER_S = [1, 2, 4, 8, 15, 30, 60];

/** A run with its answer to a message, and the run's key, null where it was destroyed. */
export interface AnsweredRun {
  run: RunRecord;
  answer: RunSummary;
  key: Buffer | null;
}

type WritePorts = Pick<Ports, 'runs' | 'gateway' | 'logger'>;

/** A submission on its way to its run. */
export interface PersistedSubmission {
  id: string;
  /** True if MongoDB has it: then it is removed where it is refused. */
  is_kept: boolean;
  /** Stores it in MongoDB where no decision came. */
  keep?(): Promise<void>;
}

/**
 * Waits for the run's decision, and until MongoDB has the events that the decision tells of: a read after it sees them.
 * A refused submission is removed; where the run is over by now, the answer says how it ended.
 * @throws ProjectionLate where MongoDB doesn't have the events in time. A repetition gets the same decision.
 */
export async function awaitDecision(
  deps: WritePorts,
  run: RunRecord,
  handed: PersistedSubmission | null,
  call: () => Promise<RunSummary>,
): Promise<RunSummary> {
  const end = Date.now() + STORED_WITHIN_MS;
  try {
    const answer = await call();
    await untilStored(deps, run.view, answer.unstored, end);
    return answer;
  } catch (error) {
    if (error instanceof TemporalUnavailable) {
      void reconcile(deps, run._id);
      await handed?.keep?.();
    }
    if (!(error instanceof RunRefused)) throw toDomainError(error) ?? error;
    await untilStored(deps, run.view, error.unstored, end);
    if (error.code === 'already_finished') return await howItEnded(deps, run, handed, error);
    await drop(deps, run, handed);
    throw toDomainError(error) ?? error;
  }
}

/** Waits until MongoDB has what it lacks. @throws ProjectionLate at `end`, in milliseconds since the epoch. */
async function untilStored(
  { runs }: WritePorts,
  run: RunRef,
  unstored: UnstoredBatch | null,
  end: number,
): Promise<void> {
  if (unstored === null) return;
  while (!(await runs.hasEvents(run, unstored))) {
    if (Date.now() >= end) throw new ProjectionLate(`run ${run.uuid} is not stored in time`);
    await sleep(STORE_POLL_MS);
  }
}

/**
 * A run that is over takes no more messages, and its projection is final: it tells whether this very submission was
 * taken before the end, by a call whose answer was lost. Otherwise the caller hears how the run ended.
 */
async function howItEnded(
  deps: WritePorts,
  run: RunRecord,
  handed: PersistedSubmission | null,
  refusal: RunRefused,
): Promise<RunSummary> {
  const view = (await deps.runs.find(run, run._id))?.view;
  const answer = view === undefined || handed === null ? null : answerTo(view, handed.id);
  if (answer !== null) return answer;
  await drop(deps, run, handed);
  if (view !== undefined) requireOpen(view);
  throw toDomainError(refusal) ?? refusal;
}

/** Returns the answer to a submission that was accepted; null where it wasn't. */
function answerTo(view: RunView, id: string): RunSummary | null {
  if (view.submission_ids.includes(id)) return summarizeRun(view, null);
  const step = view.steps.find(({ submission_ids }) => submission_ids.includes(id));
  return step === undefined ? null : summarizeRun(view, step.uuid);
}

async function drop(
  { runs }: WritePorts,
  run: RunRecord,
  handed: PersistedSubmission | null,
): Promise<void> {
  if (handed?.is_kept === true) await runs.removeSubmission(run.view, handed.id);
}

/**
 * A call without an answer may have been lost after its worker had stored what came of it. The run puts that right as
 * soon as it can be reached; where this process dies first, a repetition of the call or `cerciora runs check` does.
 */
async function reconcile(deps: WritePorts, uuid: string): Promise<void> {
  if (reconciling.has(uuid)) return;
  reconciling.add(uuid);
  await keepReconciling(deps, uuid).finally(() => reconciling.delete(uuid));
}

/** The runs of which this process keeps trying to say so: one signal a run, however many calls were lost. */
const reconciling = new Set<string>();

async function keepReconciling({ gateway, logger }: WritePorts, uuid: string): Promise<void> {
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
