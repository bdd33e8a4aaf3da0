/** Sends messages to a run's workflow, for start, submit and actions. */
import { setTimeout as sleep } from 'node:timers/promises';
import { summarizeRun, type RunSummary, type UnstoredBatch } from '../../domain/run/run-summary';
import { ownValue } from '../../domain/run/own-value';
import type { RunView } from '../../domain/run/view';
import { ProjectionLate } from '../../store/connection';
import type { RunRecord, RunRef } from '../../store/runs/runs';
import { RunRefused, TemporalUnavailable } from '../../platform/temporal/run-gateway';
import type { Ports } from '../ports';
import { toDomainError } from '../to-domain-error';
import { requireOpen } from './find-run';
import { acquireWrite } from './limit-writes';

/**
 * Longest time from a call to Temporal until MongoDB must have its events, and the time between two checks, in
 * milliseconds. Callers get a response or 503 within 5 s.
 */
const STORED_WITHIN_MS = 3_700;
const STORE_POLL_MS = 50;
/** Waits between attempts, in seconds. */
const RECONCILE_AFTER_S = [1, 2, 4, 8, 15, 30, 60];
/** Seconds for which a signal waits for calls in progress. */
const MAX_WAITS = 30;

/** A run with its response to a message, and the run's key (null if it was destroyed). */
export interface AnsweredRun {
  run: RunRecord;
  answer: RunSummary;
  key: Buffer | null;
}

type WritePorts = Pick<Ports, 'runs' | 'gateway' | 'logger'>;

/** A stored submission that is being sent to its run. */
export interface PersistedSubmission {
  id: string;
  /** True if MongoDB has it: it is removed if the workflow refuses it. */
  is_stored: boolean;
  /** Stores it in MongoDB if no decision came. */
  store?(): Promise<void>;
}

/**
 * Waits for the run's decision, and until MongoDB has its events, so that a read after this write sees it. Removes a
 * refused submission: `run` has it. If the run is over, the response says how it ended.
 * @throws ProjectionLate if MongoDB doesn't have the events in time. A repetition gets the same decision.
 */
export async function awaitDecision(
  deps: WritePorts,
  run: RunRecord,
  persisted: PersistedSubmission | null,
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
      await persisted?.store?.();
    }
    if (!(error instanceof RunRefused)) throw toDomainError(error) ?? error;
    await untilStored(deps, run.view, error.unstored, end);
    if (error.code === 'already_finished') return await answerOfEnded(deps, run, persisted, error);
    await removeRefused(deps, run, persisted);
    throw toDomainError(error) ?? error;
  }
}

/** Waits until MongoDB has the pending events. @throws ProjectionLate at `end`, in milliseconds since the epoch. */
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
 * Reads the decision from the projection of a finished run, which is final: it shows if this submission was accepted
 * before the end, by a call whose response was lost. Otherwise throws how the run ended.
 */
async function answerOfEnded(
  deps: WritePorts,
  run: RunRecord,
  persisted: PersistedSubmission | null,
  refusal: RunRefused,
): Promise<RunSummary> {
  const view = (await deps.runs.find(run, run._id))?.view;
  const answer = view === undefined || persisted === null ? null : answerTo(view, persisted.id);
  if (answer !== null) return answer;
  await removeRefused(deps, run, persisted);
  if (view !== undefined) requireOpen(view);
  throw toDomainError(refusal) ?? refusal;
}

/** Returns the response to an accepted submission; null if it wasn't accepted. */
function answerTo(view: RunView, id: string): RunSummary | null {
  if (view.submission_ids.includes(id)) return summarizeRun(view, null);
  const step = view.steps.find(({ submission_ids }) => submission_ids.includes(id));
  return step === undefined ? null : summarizeRun(view, step.uuid);
}

async function removeRefused(
  { runs }: WritePorts,
  run: RunRecord,
  persisted: PersistedSubmission | null,
): Promise<void> {
  if (persisted?.is_stored !== true) return;
  const { id } = persisted;
  const bytes = ownValue(run.submissions, id)?.sealed.length ?? 0;
  await runs.removeSubmission(run.view, { id, bytes });
}

/**
 * Signals a run to publish its state again. A call without a response may have been lost after its worker stored
 * events. If this process dies first, a repetition of the call or `cerciora runs check` corrects it.
 */
async function reconcile(deps: WritePorts, uuid: string): Promise<void> {
  if (reconciling.has(uuid)) return;
  reconciling.add(uuid);
  await keepReconciling(deps, uuid).finally(() => reconciling.delete(uuid));
}

/** Runs that this process is signalling: one signal for each run, however many calls were lost. */
const reconciling = new Set<string>();

async function keepReconciling({ gateway, logger }: WritePorts, uuid: string): Promise<void> {
  for (const seconds of RECONCILE_AFTER_S) {
    await sleep(seconds * 1_000, undefined, { ref: false });
    // A caller that repeats the call would otherwise add a signal, and a write of the run, for each failure.
    for (let waits = 0; acquireWrite.isActive(uuid) && waits < MAX_WAITS; waits += 1) {
      await sleep(1_000, undefined, { ref: false });
    }
    try {
      await gateway.reconcile(uuid);
      return;
    } catch (error) {
      if (error instanceof RunRefused) return;
    }
  }
  logger.warn({ run_uuid: uuid }, 'a run could not be told to reconcile');
}
