import type { RunRecord, Tenant } from '../../store/runs/runs';
import type { RunView } from '../../runs/view';
import { isFinalRun } from '../../runs/outcome';
import type { ApiDependencies } from '../dependencies';
import { unauthenticated } from '../http/authenticate';
import type { TokenCaller } from '../http/route';
import { ApiError, notFound } from '../problems';
import { presentRun } from '../../presentation/present-run';

/** For so long after its end a run can still be read with its token, in milliseconds. */
const READABLE_AFTER_END_MS = 24 * 60 * 60_000;

/** The caller's run. @throws ApiError `not_found`, also for another account's or mode's. */
export async function findRun(
  deps: ApiDependencies,
  tenant: Tenant,
  uuid: string,
): Promise<RunRecord> {
  const run = await deps.runs.find(tenant, uuid);
  if (run === null) throw notFound('workflow');
  return run;
}

/** The caller's run that a step belongs to. @throws ApiError `not_found`. */
export async function findRunOfStep(
  deps: ApiDependencies,
  tenant: Tenant,
  stepUuid: string,
): Promise<RunRecord> {
  const run = await deps.runs.findByStep(tenant, stepUuid);
  if (run === null) throw notFound('step');
  return run;
}

/** The run that a token opens. @throws ApiError `unauthenticated` from 24 h after the run's end on. */
export async function findSessionRun(
  deps: ApiDependencies,
  { token, tenant }: TokenCaller,
  now = Date.now(),
): Promise<RunRecord> {
  const run = await deps.runs.find(tenant, token.run_uuid);
  const finishedAt = run?.view.finished_at ?? null;
  const isOver = finishedAt !== null && now > finishedAt + READABLE_AFTER_END_MS;
  if (run === null || isOver) throw unauthenticated('This token is no longer valid.');
  return run;
}

/**
 * Whether a deadline has passed is the run's own to say: by its clock, and with what reached it in time.
 * @throws ApiError `expired` or `already_finished` where nothing can be written to the run any more.
 */
export function requireOpen(view: RunView): void {
  if (view.status === 'expired') {
    throw new ApiError('expired', 'The workflow has expired. Create a new one.');
  }
  if (isFinalRun(view.status)) {
    throw new ApiError('already_finished', 'The workflow is finished.');
  }
}

/** Runs of one account as callers see them, their keys in one round trip. */
export async function presentRuns(deps: ApiDependencies, runs: readonly RunRecord[]) {
  const [first] = runs;
  if (first === undefined) return [];
  const uuids = runs.map((run) => run._id);
  const keys = await deps.runKeys.findMany(first.account_uuid, uuids);
  return runs.map((run) => presentRun(run, keys.get(run._id) ?? null));
}
