import { randomUUID } from 'node:crypto';
import { type WorkflowUpdateFailedError } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { uploadUpdate, viewQuery, type UploadMessage } from '../../src/workflows/messages/messages';
import { WorkflowEnvironment, type TestRun } from '../support/workflow-environment';

const DAY_MINUTES = 24 * 60;

let environment: WorkflowEnvironment;
beforeAll(async () => {
  environment = await WorkflowEnvironment.create();
});
afterAll(() => environment.close());

function photo(step_uuid: string | undefined, more: Partial<UploadMessage> = {}): UploadMessage {
  return {
    ...{ media_uuid: randomUUID(), step_uuid: step_uuid ?? '', actor: 'person' },
    ...{ collection: 'id_front', mime: 'image/jpeg', size: 1_500, sha256: 'ab'.repeat(32) },
    ...{ max_files: 2, ...more },
  };
}

const upload = (run: Pick<TestRun, 'handle'>, message: UploadMessage, updateId?: string) =>
  run.handle.executeUpdate(uploadUpdate, {
    args: [message],
    updateId: updateId ?? message.media_uuid,
  });

async function refusalOf(call: Promise<unknown>): Promise<unknown> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  const { cause } = error as WorkflowUpdateFailedError;
  return cause instanceof ApplicationFailure ? cause.type : error;
}

test('an upload opens its run and is recorded once in its step, even when it is repeated', async () => {
  await environment.withRun({ record: 'media-uploaded' }, async (run, projection) => {
    const message = photo(run.steps[0]);
    const answer = await upload(run, message);
    expect(answer.run.status).toBe('in_progress');
    const { media_uuid, collection, mime, size, sha256 } = message;
    const data = { media_uuid, collection, mime, size, sha256 };
    expect(answer.step?.media).toEqual([{ ...data, at: expect.any(Number) }]);
    // Its first answer was lost.
    expect((await upload(run, message, randomUUID())).step?.media).toHaveLength(1);
    const { events } = projection.get(run.uuid);
    expect(events.map(({ type }) => type)).toEqual([
      ...['run_created', 'run_opened', 'step_started', 'media_added'],
    ]);
    expect(events.at(-1)).toMatchObject({ actor: 'person', step_uuid: run.steps[0], data });
    await run.submit(0);
    // Also when the step is over by then.
    expect((await upload(run, message, randomUUID())).step?.media).toHaveLength(1);
  });
});

test('an upload is refused for a step that is not current, a full collection and a finished run', async () => {
  await environment.withRun({}, async (run) => {
    expect(await refusalOf(upload(run, photo(run.steps[1])))).toBe('step_not_current');
    await upload(run, photo(run.steps[0], { max_files: 1 }));
    const second = upload(run, photo(run.steps[0], { max_files: 1 }));
    expect(await refusalOf(second)).toBe('submission_refused');
    await upload(run, photo(run.steps[0], { max_files: 1, collection: 'id_back' }));
    await run.submit(0);
    expect(await refusalOf(upload(run, photo(run.steps[0])))).toBe('step_not_current');
    await run.submit(1);
    expect((await run.handle.query(viewQuery)).steps[1]?.media).toBeUndefined();
  });
  await environment.withRun({ expires_in: DAY_MINUTES }, async (run) => {
    await run.handle.result();
    expect(await refusalOf(upload(run, photo(run.steps[0])))).not.toBeNull();
  });
});

test('a run accepts at most a hundred files regardless of the limits of its collections', async () => {
  await environment.withRun({}, async (run) => {
    for (let sent = 0; sent < 100; sent += 1) {
      await upload(run, photo(run.steps[0], { collection: `c${sent % 7}`, max_files: 100 }));
    }
    const last = upload(run, photo(run.steps[0], { max_files: 1_000 }));
    expect(await refusalOf(last)).toBe('submission_refused');
  });
});

test('an upload resumes an abandoned run', async () => {
  await environment.withRun({ abandon_after: 30 }, async (run) => {
    await run.open();
    await environment.server.sleep('31 minutes');
    expect((await run.handle.query(viewQuery)).status).toBe('abandoned');
    expect((await upload(run, photo(run.steps[0]))).run.status).toBe('in_progress');
  });
});
