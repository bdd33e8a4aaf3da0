/** Events that MongoDB refuses for good are not retried; staff see the run as stuck. */
import type { ApplicationFailure } from '@temporalio/common';
import { MockActivityEnvironment } from '@temporalio/testing';
import { DefaultLogger, type LogEntry } from '@temporalio/worker';
import { projectRun } from '../../src/activities/project-run';
import type { ProjectionBatch } from '../../src/domain/run/projection-batch';
import { ProjectionGap } from '../../src/store/runs/runs';
import { TestApi, type RunJson } from '../support/api';
import { useOwnMongo } from '../support/own-mongo';
import { batchOf } from '../support/store';

const DOCUMENT_BYTES = 16 * 1024 * 1024;

let api: TestApi;
let stopMongo: () => Promise<void>;
beforeAll(async () => {
  stopMongo = await useOwnMongo();
  api = await TestApi.start();
});
afterAll(async () => {
  await api.stop();
  await stopMongo();
});

interface StuckJson {
  workflow_uuid: string;
  cause: string;
  fix: string;
  since: string;
}

const stuck = async (bearer?: string) =>
  (await api.call<{ data: StuckJson[] }>('/v1/stuck', { bearer })).body.result.data;
const project = (batch: ProjectionBatch, log: LogEntry[], runs = api.deps.runs as Runs) => {
  const logger = new DefaultLogger('ERROR', (entry) => log.push(entry));
  const activity = projectRun({ runs, stuckRuns: api.deps.stuckRuns });
  return new MockActivityEnvironment(undefined, { logger })
    .run(activity, batch)
    .then(() => null, failureOf);
};
type Runs = Parameters<typeof projectRun>[0]['runs'];

function failureOf(error: unknown) {
  const { type, nonRetryable } = error as ApplicationFailure;
  return { type, is_final: nonRetryable === true };
}

const failing = (error: object): Runs => ({
  project: () => Promise.reject(Object.assign(new Error('no'), error)),
});

/** The batch with the cancellation of a run, with a long reason. */
async function cancellationOf(run: RunJson): Promise<ProjectionBatch> {
  const { view } = (await api.deps.runs.load(api.refOf(run)))!;
  const cancelled = {
    ...{ number: view.number + 1, at: view.created_at, type: 'run_cancelled' as const },
    ...{ actor: 'staff' as const, step_uuid: null },
    data: { by: 'ana', reason: 'x'.repeat(30_000), verified: true },
  };
  return batchOf(view, [cancelled], { task_time: 1 });
}

test('a document that is full: logged once, listed until its events are stored', async () => {
  const run = await api.createRun();
  const documents = api.connection.collection<{ _id: string }>('runs');
  const filler = Buffer.alloc(DOCUMENT_BYTES - 20_000);
  await documents.updateOne({ _id: run.uuid }, { $set: { filler } });
  const batch = await cancellationOf(run);
  const log: LogEntry[] = [];
  for (let attempt = 0; attempt < 2; attempt += 1) {
    expect(await project(batch, log)).toEqual({ type: 'projection_too_large', is_final: true });
  }
  expect(log.map(({ message, meta }) => [message, meta])).toEqual([
    ['a run cannot be stored', expect.objectContaining({ run_uuid: run.uuid })],
  ]);
  expect(await stuck()).toEqual([
    {
      workflow_uuid: run.uuid,
      cause: 'projection_too_large',
      fix: expect.stringContaining('runs check --repair') as string,
      since: expect.stringMatching(/Z$/) as string,
    },
  ]);
  const { account_uuid } = api.client;
  const other = await api.addClient();
  const test = await api.addClient({ account_uuid, mode: 'test' });
  expect([await stuck(other.key), await stuck(test.key)]).toEqual([[], []]);
  await documents.updateOne({ _id: run.uuid }, { $unset: { filler: 1 } });
  expect(await project(batch, log)).toBeNull();
  expect(await stuck()).toEqual([]);
});

const FAULTS: [string, object, string, boolean][] = [
  ['a validation rule', { code: 121 }, 'projection_invalid', true],
  ['an update that makes it too large', { code: 17_419 }, 'projection_too_large', true],
  ['an outage', { name: 'MongoNetworkError' }, 'store_unavailable', false],
  ['another error', { code: 1 }, 'store_failed', false],
];
test.each(FAULTS)('%s', async (_what, error, type, isFinal) => {
  const batch = await cancellationOf(await api.createRun());
  expect(await project(batch, [], failing(error))).toEqual({ type, is_final: isFinal });
});

test('missing events before it', async () => {
  const batch = await cancellationOf(await api.createRun());
  const runs = { project: () => Promise.reject(new ProjectionGap('lacks events')) };
  const failure = await project(batch, [], runs);
  expect(failure).toEqual({ type: 'projection_gap', is_final: true });
});
