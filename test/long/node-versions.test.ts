/** Runs the service and its unit tests on every supported version of Node, and checks the engines of its packages. */
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { canFetchNode, exactVersion, fetchNode, type NodeVersion } from '../support/node-versions';
import { runOnNode } from '../support/run-on-node';

const ROOT = path.resolve(__dirname, '../..');
const VERSIONS: readonly NodeVersion[] = ['20.19', '22', '24'];
const LIMIT_MS = 600_000;
const execute = promisify(execFile);

(canFetchNode ? describe : describe.skip).each(VERSIONS)('on Node %s', (version) => {
  /** Runs a program with this Node first on the PATH. Returns its output. @throws Error if it fails. */
  async function run(program: string, args: string[]) {
    const folder = path.dirname(await fetchNode(version));
    const PATH = `${folder}${path.delimiter}${process.env['PATH'] ?? ''}`;
    const env = { ...process.env, PATH, TEST_RESULTS_FILE: '' };
    return execute(program, args, { cwd: ROOT, env, maxBuffer: 64 * 1_048_576 });
  }

  test(
    'a run ends in success',
    async () => {
      const expected = { version: `v${exactVersion(version)}`, status: 'success', drifts: [] };
      expect(await runOnNode(version)).toEqual(expected);
    },
    LIMIT_MS,
  );

  test(
    'the unit tests pass',
    async () => {
      const file = path.join(os.tmpdir(), `unit-${version}.json`);
      const jest = path.join(ROOT, 'node_modules/jest/bin/jest.js');
      const args = ['--selectProjects', 'unit', '--json', '--outputFile', file];
      await run('node', [jest, ...args]);
      const results = JSON.parse(readFileSync(file, 'utf8')) as Record<string, number>;
      expect(results['numFailedTests']).toBe(0);
      expect(results['numPassedTests']).toBeGreaterThan(100);
    },
    LIMIT_MS,
  );

  test(
    'no package asks for another version',
    async () => {
      const options = ['--dry-run', '--engine-strict', '--offline', '--loglevel=error'];
      expect((await run('npm', ['ci', ...options])).stderr).toBe('');
    },
    LIMIT_MS,
  );
});
