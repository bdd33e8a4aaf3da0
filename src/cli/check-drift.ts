import { isDeepStrictEqual } from 'node:util';
import { WorkflowNotFoundError } from '@temporalio/client';
import { isFinalRun } from '../domain/run/outcome';
import { foldWithWebhooks } from '../domain/run/outbox';
import type { RunView } from '../domain/run/view';
import { viewQuery } from '../workflows/messages/messages';
import type { Session } from './session';
import { ownValue } from '../domain/run/own-value';

/** A difference between a run's stored state and its events or workflow. */
export interface Drift {
  run_uuid: string;
  kind:
    | 'missing_in_mongodb'
    | 'view_is_not_the_fold'
    | 'outbox_is_not_the_fold'
    | 'number_is_not_the_fold'
    | 'workflow_differs'
    | 'workflow_times_differ'
    | 'workflow_missing';
  /** Paths at which the workflow's view differs from the stored one. */
  paths?: string[];
}

/** Paths reported of one run. */
const MAX_PATHS = 10;
/** Milliseconds since the epoch that no counter of a view reaches. */
const EARLIEST_TIME = Date.UTC(2020, 0);
/**
 * Milliseconds. A workflow task that Temporal delivers again after a crash may be completed by the worker that had it
 * before; the history then has the later time of the two (docs/decisions/0009).
 */
const MAX_TIME_DIFFERENCE_MS = 60_000;

/**
 * Compares a run's stored view with the fold of its stored events, and with its workflow if Temporal still has it.
 * Writes nothing: sealed submissions are restored from backups, never rebuilt.
 */
export async function checkDrift(
  { runs, client }: Pick<Session, 'runs' | 'client'>,
  uuid: string,
): Promise<Drift[]> {
  const stored = await runs.findWithEvents(uuid);
  if (stored === null) return [{ run_uuid: uuid, kind: 'missing_in_mongodb' }];
  const { view, entries } = foldWithWebhooks(null, stored.events);
  const kinds: Drift['kind'][] = [];
  if (!isDeepStrictEqual(view, stored.view)) kinds.push('view_is_not_the_fold');
  if (!isDeepStrictEqual(entries, stored.outbox)) kinds.push('outbox_is_not_the_fold');
  if (view.number !== stored.number) kinds.push('number_is_not_the_fold');
  // The workflow of an erased run still has the erased hashes.
  const others = stored.erasure === undefined ? await compareWithWorkflow(client, view) : [];
  const drifts = kinds.map((kind): Drift => ({ run_uuid: uuid, kind }));
  return [...drifts, ...others];
}

/** The workflow of a finished run may be past its retention; that of an open run must exist. */
async function compareWithWorkflow(client: Session['client'], view: RunView): Promise<Drift[]> {
  const missing: Drift = { run_uuid: view.uuid, kind: 'workflow_missing' };
  try {
    const handle = client.workflow.getHandle(view.uuid);
    const { status } = await handle.describe();
    // Terminated from outside: it still answers queries, but never reports its end.
    if (status.name !== 'RUNNING' && !isFinalRun(view.status)) return [missing];
    if (status.name === 'TERMINATED') return [];
    return compareViews(await handle.query(viewQuery), view);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return isFinalRun(view.status) ? [] : [missing];
  }
}

function compareViews(view: RunView, stored: RunView): Drift[] {
  if (isDeepStrictEqual(view, stored)) return [];
  // The sum differs wherever a time does.
  const found = differences({ ...view, times_sum: 0 }, { ...stored, times_sum: 0 });
  const kind = found.every(isTimeAlone) ? 'workflow_times_differ' : 'workflow_differs';
  const paths = found.map(({ path }) => path).slice(0, MAX_PATHS);
  return [{ run_uuid: stored.uuid, kind, paths }];
}

function isTimeAlone({ one, other }: Difference): boolean {
  if (typeof one !== 'number' || typeof other !== 'number') return false;
  const areTimes = Math.min(one, other) >= EARLIEST_TIME;
  return areTimes && Math.abs(one - other) <= MAX_TIME_DIFFERENCE_MS;
}

interface Difference {
  path: string;
  one: unknown;
  other: unknown;
}

/** Returns the paths at which two values differ, such as `steps.1.status`; an absent value is `undefined`. */
function differences(one: unknown, other: unknown, path = ''): Difference[] {
  if (isDeepStrictEqual(one, other)) return [];
  if (!isObject(one) || !isObject(other)) return [{ path, one, other }];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) =>
    differences(ownValue(one, key), ownValue(other, key), path === '' ? key : `${path}.${key}`),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
