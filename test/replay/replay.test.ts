import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DeterminismViolationError } from '@temporalio/workflow';
import { Worker, type WorkflowBundle } from '@temporalio/worker';
import { createDataConverter } from '../../src/platform/temporal/data-converter';
import { bundle } from '../support/bundle';
import { testKeys } from '../support/keys';
import { quietRuntime } from '../support/quiet-runtime';
import { HISTORIES } from '../support/workflow-environment';

const names = readdirSync(HISTORIES).filter((name) => name.endsWith('.json'));

/**
 * `npm run histories` records the histories. Until a version is tagged, it overwrites them when the workflow's commands
 * change.
 */
describe('the workflow code', () => {
  let code: WorkflowBundle;
  let brokenTwin: WorkflowBundle;
  beforeAll(async () => {
    quietRuntime();
    code = await bundle();
    brokenTwin = await bundle(require.resolve('./fixtures/broken-twin'));
  });

  const replay = (name: string, workflowBundle: WorkflowBundle) => {
    const { history, workflow_id } = stored(name);
    const dataConverter = createDataConverter(testKeys.ENCRYPTION_KEYS);
    return Worker.runReplayHistory({ workflowBundle, dataConverter }, history, workflow_id);
  };

  it.each(names)('replays %s', async (name) => {
    await expect(replay(name, code)).resolves.toBeUndefined();
  });

  it('has stored histories of its main paths', () => {
    expect(names.length).toBeGreaterThanOrEqual(7);
  });

  it('fails to replay when it has one more timer', async () => {
    await expect(replay('two-steps-success.json', brokenTwin)).rejects.toThrow(
      DeterminismViolationError,
    );
  });
});

/** Payloads are bound to their workflow id, so it is stored with the history. */
function stored(name: string): { workflow_id: string; history: unknown } {
  return JSON.parse(readFileSync(join(HISTORIES, name), 'utf8')) as ReturnType<typeof stored>;
}
