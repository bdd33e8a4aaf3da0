import type { NumberedEvent } from '../domain/run/events';
import { foldWithWebhooks } from '../domain/run/outbox';
import type { RunView } from '../domain/run/view';
import { runCreated } from '../../test/support/new-run';
import { checkDrift } from './check-drift';

const created = runCreated({});
const opened: NumberedEvent = {
  ...{ number: 2, at: created.at + 1_000, type: 'run_opened', actor: 'person', step_uuid: null },
  data: { submission_id: null },
};
const events = [created, opened];
const { view, entries } = foldWithWebhooks(null, events);

/** Compares a stored run with what its workflow answers. */
async function check(workflow: RunView, stored: object = {}) {
  const document = { number: 2, view, events, outbox: entries, ...stored };
  const handle = {
    describe: () => Promise.resolve({ status: { name: 'RUNNING' } }),
    query: () => Promise.resolve(workflow),
  };
  const session = {
    runs: { findWithEvents: () => Promise.resolve(document) },
    client: { workflow: { getHandle: () => handle } },
  };
  // The parts of the store and of the client that `checkDrift` calls.
  return checkDrift(session as unknown as Parameters<typeof checkDrift>[0], view.uuid);
}

describe('comparing a run with its events', () => {
  const replayed = (ms: number) =>
    foldWithWebhooks(null, [created, { ...opened, at: opened.at + ms }]).view;

  it('returns nothing when store and workflow agree', async () => {
    expect(await check(view)).toEqual([]);
  });

  it('reports different times as workflow_times_differ, up to a minute', async () => {
    const [drift] = await check(replayed(900));
    expect(drift?.kind).toBe('workflow_times_differ');
    expect(drift?.paths).toEqual(expect.arrayContaining(['started_at', 'updated_at']));
    expect(await check(replayed(61_000))).toMatchObject([{ kind: 'workflow_differs' }]);
  });

  it.each<[string, Partial<RunView>]>([
    ['a status', { status: 'success' }],
    ['a number of events', { number: 3 }],
    ['a missing time', { started_at: null }],
  ])('reports %s as a difference', async (_, different) => {
    const drifts = await check({ ...view, ...different });
    expect(drifts).toMatchObject([{ kind: 'workflow_differs' }]);
  });

  it('reports a stored view that is not the fold of its events', async () => {
    const drifts = await check(view, { view: { ...view, started_at: 1 } });
    expect(drifts).toMatchObject([{ kind: 'view_is_not_the_fold' }]);
  });
});
