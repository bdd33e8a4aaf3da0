import { isDeepStrictEqual } from 'node:util';
import { WorkflowNotFoundError } from '@temporalio/client';
import { isFinalRun } from '../domain/run/outcome';
import { foldWithWebhooks } from '../domain/run/outbox';
import type { RunView } from '../domain/run/view';
import { viewQuery } from '../workflows/messages/messages';
import type { Session } from './session';
import { ownValue } from '../domain/run/own-value';

/** One way in which what is stored of a run isn't what its events say. */
export interface Drift {
  run_uuid: string;
  kind:
    | 'missing_in_mongodb'
    | 'view_is_not_the_fold'
    | 'outbox_is_not_the_fold'
    | 'number_is_not_the_fold'
    | 'workflow_differs'
    | 'workflow_missing';
  /** Where the workflow's view differs from the stored one. */
  paths?: string[];
}

/** So many places where two views differ are told. */
const MAX_PATHS = 10;

/**
 * Compares a run's stored view with the fold of its stored events, and with what its workflow answers where Temporal
 * still has it. Nothing is written: sealed submissions are backed up, never rebuilt.
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
  // An erased run's workflow tells what was erased.
  const others = stored.erasure === undefined ? await compareWithWorkflow(client, view) : [];
  const drifts = kinds.map((kind): Drift => ({ run_uuid: uuid, kind }));
  return [...drifts, ...others];
}

/** A finished run's workflow may be past its retention; an open run's must be there. */
async function compareWithWorkflow(client: Session['client'], view: RunView): Promise<Drift[]> {
  const missing: Drift = { run_uuid: view.uuid, kind: 'workflow_missing' };
  try {
    const handle = client.workflow.getHandle(view.uuid);
    const { status } = await handle.describe();
    // Closed from outside: it may answer still, and will never tell its end.
    if (status.name !== 'RUNNING' && !isFinalRun(view.status)) return [missing];
    if (status.name === 'TERMINATED') return [];
    const paths = differences(await handle.query(viewQuery), view).slice(0, MAX_PATHS);
    return paths.length === 0 ? [] : [{ run_uuid: view.uuid, kind: 'workflow_differs', paths }];
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
    return isFinalRun(view.status) ? [] : [missing];
  }
}

/** The places where two values differ, such as `steps.1.status`; a value that is absent is `undefined`. */
function differences(one: unknown, other: unknown, path = ''): string[] {
  if (isDeepStrictEqual(one, other)) return [];
  if (!isObject(one) || !isObject(other)) return [path];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].flatMap((key) =>
    differences(ownValue(one, key), ownValue(other, key), path === '' ? key : `${path}.${key}`),
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
