import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

interface Report {
  summary: { violations: { from: string; to: string; rule: { name: string } }[] };
}

const ROOT = join(__dirname, '../..');
const CONFIG = join(ROOT, '.dependency-cruiser.cjs');
const cruiser = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');

const value = (from: string) => `import { it } from '${from}';\nexport const its = it;\n`;
const type = (from: string) => `import type { It } from '${from}';\nexport type Its = It;\n`;
const inlineType = (from: string) => `import { type It } from '${from}';\nexport type Its = It;\n`;

/** Files to import. */
const SHELF = [
  ...[
    'api/app',
    'workers/main',
    'store/kept',
    'platform/temporal/client',
    'web/page',
    'domain/run/view',
    'domain/run/events',
  ],
  ...[
    'workflows/verification-run/run',
    'workflows/messages/messages',
    'workflows/converters/payload-converter',
    'activities/index',
  ],
  ...[
    'steps/index',
    'steps/contract',
    'steps/events',
    'steps/activities',
    'steps/a/activities',
    'steps/a/activities/index',
  ],
  ...['steps/schema-contract', 'steps/a/schema', 'platform/config'],
  ...[
    'presentation/present-run',
    'platform/outbound/guard',
    'webhooks/relay',
    'application/create-run',
  ],
];

const NOT_ALLOWED = 'not-in-allowed';

/** Cases: file, content, and the rules that it breaks. */
const PLANTED: [file: string, text: string, rules: string[]][] = [
  ['domain/run/a', value('../../platform/config'), [NOT_ALLOWED]],
  ['domain/run/b', type('../../store/kept'), [NOT_ALLOWED]],
  ['domain/run/c', value('lru-cache'), [NOT_ALLOWED]],
  ['domain/run/d', value('./view'), []],
  ['domain/otp/a', value('node:fs'), [NOT_ALLOWED]],
  ['domain/otp/b', value('../run/view'), [NOT_ALLOWED]],
  ['domain/otp/c', value('zod'), [NOT_ALLOWED]],
  ['domain/otp/d', type('../run/events'), []],
  ['domain/run/e', value('../otp/d'), [NOT_ALLOWED]],
  ['domain/run/f', value('../../steps/events'), []],
  ['domain/run/g', value('../../steps/index'), [NOT_ALLOWED]],
  ['steps/o/events', value('../../domain/run/view'), []],
  ['steps/p/events', value('../../store/kept'), [NOT_ALLOWED]],
  ['steps/shared/q/state', value('zod'), [NOT_ALLOWED]],
  ['steps/shared/q/calls', value('../../activities'), [NOT_ALLOWED]],
  ['steps/shared/q/activities/a', value('../../../../activities'), []],
  ['domain/expressions/a', value('../../store/kept'), [NOT_ALLOWED]],
  ['domain/expressions/b', type('../run/view'), [NOT_ALLOWED]],
  ['domain/expressions/c', value('./e'), []],
  ['domain/expressions/f', value('expr-eval'), []],
  ['domain/run/h', value('expr-eval'), [NOT_ALLOWED]],
  ['domain/expressions/e', value('lru-cache'), [NOT_ALLOWED]],
  ['steps/payload-kinds', value('../domain/expressions/c'), []],
  ['domain/expressions/d', value('node:vm'), [NOT_ALLOWED]],
  ['domain/identifiers/a', value('../run/view'), [NOT_ALLOWED]],
  ['domain/identifiers/b', value('lru-cache'), [NOT_ALLOWED]],
  ['domain/identifiers/c', value('./d'), []],
  ['domain/identifiers/d', value('node:fs'), [NOT_ALLOWED]],
  ['steps/n/schema', value('../../domain/identifiers/c'), []],
  ['media/a', value('../store/kept'), [NOT_ALLOWED]],
  ['media/b', value('node:fs'), [NOT_ALLOWED]],
  ['media/c', value('node:zlib'), []],
  ['media/d', value('sharp'), [NOT_ALLOWED]],
  ['media/pdf', value('node:fs'), []],
  ['media/picture', value('../store/kept'), [NOT_ALLOWED]],
  ['workflows/j', value('../domain/expressions/c'), [NOT_ALLOWED]],
  ['steps/h/step', value('../../domain/expressions/c'), [NOT_ALLOWED]],
  ['workflows/a', value('../activities'), [NOT_ALLOWED]],
  ['workflows/b', value('node:fs'), [NOT_ALLOWED]],
  ['workflows/c', value('@temporalio/client'), [NOT_ALLOWED]],
  ['workflows/d', value('@temporalio/workflow'), []],
  ['workflows/e', type('../activities'), []],
  ['workflows/f', inlineType('../store/kept'), []],
  ['workflows/g', value('../steps/a/schema'), [NOT_ALLOWED]],
  ['workflows/h', value('../steps/a/step'), []],
  ['workflows/i', type('node:fs'), [NOT_ALLOWED]],
  ['steps/a/step', value('../../platform/temporal/client'), [NOT_ALLOWED]],
  ['steps/b/step', value('../schema-contract'), [NOT_ALLOWED]],
  ['steps/c/step', value('../contract'), []],
  ['steps/ask-once', value('../store/kept'), [NOT_ALLOWED]],
  ['steps/d/step', value('@temporalio/common'), [NOT_ALLOWED]],
  ['steps/e/step', value('zod'), [NOT_ALLOWED]],
  ['steps/f/step', value('@temporalio/workflow'), []],
  ['steps/g/step', type('../a/schema'), []],
  ['workflows/converters/failure-converter', value('@temporalio/workflow'), [NOT_ALLOWED]],
  ['api/a', value('../workflows/verification-run/run'), [NOT_ALLOWED]],
  ['api/b', value('../workflows/messages/messages'), []],
  ['api/c', type('../workflows/verification-run/run'), []],
  ['api/d', value('../activities'), [NOT_ALLOWED]],
  ['api/e', value('../workers/main'), [NOT_ALLOWED]],
  ['api/f', value('../steps/a/activities'), [NOT_ALLOWED]],
  ['api/g', value('../steps/a/activities/index'), [NOT_ALLOWED]],
  ['api/h', value('../steps/index'), [NOT_ALLOWED]],
  ['api/i', type('../steps/index'), []],
  ['api/j', type('../activities'), [NOT_ALLOWED]],
  ['api/k', type('../steps/activities'), [NOT_ALLOWED]],
  ['api/l', value('../steps/a/step'), [NOT_ALLOWED]],
  ['api/m', value('../steps/a/schema'), []],
  ['api/p', value('../application/create-run'), []],
  ['application/a', type('../api/app'), [NOT_ALLOWED]],
  ['application/b', value('express'), [NOT_ALLOWED]],
  ['application/c', value('../activities'), [NOT_ALLOWED]],
  ['application/d', value('../workflows/verification-run/run'), [NOT_ALLOWED]],
  ['application/e', value('../workflows/messages/messages'), []],
  ['application/f', value('../steps/index'), [NOT_ALLOWED]],
  ['application/g', value('../store/kept'), []],
  ['application/h', type('node:http'), [NOT_ALLOWED]],
  ['store/f', type('../application/create-run'), [NOT_ALLOWED]],
  ['providers/b', value('../application/create-run'), [NOT_ALLOWED]],
  ['steps/schemas', value('../store/kept'), [NOT_ALLOWED]],
  ['steps/b/schema', type('../../api/app'), [NOT_ALLOWED]],
  ['steps/c/schema', value('../../platform/temporal/client'), [NOT_ALLOWED]],
  ['steps/d/schema', value('../../workflows/verification-run/run'), [NOT_ALLOWED]],
  ['steps/e/schema', value('@temporalio/common'), [NOT_ALLOWED]],
  ['steps/f/schema', value('../schema-contract'), []],
  ['steps/g/schema', value('zod'), []],
  ['steps/h/schema', value('node:crypto'), []],
  ['steps/i/schema', value('node:fs'), [NOT_ALLOWED]],
  ['steps/j/schema', value('lru-cache'), [NOT_ALLOWED]],
  ['steps/k/schema', value('../a/activities'), [NOT_ALLOWED]],
  ['steps/l/schema', value('../a/step'), [NOT_ALLOWED]],
  ['steps/m/schema', value('../../domain/run/view'), []],
  ['steps/b/activities', value('../../store/kept'), []],
  ['steps/c/activities', value('../../workflows/messages/messages'), [NOT_ALLOWED]],
  ['activities/a', value('../api/app'), [NOT_ALLOWED]],
  ['activities/b', value('../steps/index'), [NOT_ALLOWED]],
  ['activities/c', value('../steps/activities'), []],
  ['providers/a', value('../workers/main'), [NOT_ALLOWED]],
  ['web/a', value('../activities'), [NOT_ALLOWED]],
  ['workers/a', value('../activities'), []],
  ['workers/b', value('../workflows/verification-run/run'), [NOT_ALLOWED]],
  ['workers/c', type('../workflows/verification-run/run'), []],
  ['store/a', value('../api/app'), [NOT_ALLOWED]],
  ['store/b', value('../workers/main'), [NOT_ALLOWED]],
  ['store/c', type('../activities'), [NOT_ALLOWED]],
  ['store/d', type('../workflows/verification-run/run'), [NOT_ALLOWED]],
  ['store/e', value('../presentation/present-run'), [NOT_ALLOWED]],
  ['presentation/a', value('../api/app'), [NOT_ALLOWED]],
  ['presentation/b', type('../platform/temporal/client'), [NOT_ALLOWED]],
  ['presentation/c', value('../store/kept'), []],
  ['presentation/d', value('../steps/a/schema'), []],
  ['presentation/e', value('../steps/a/step'), [NOT_ALLOWED]],
  ['platform/outbound/a', type('../../store/kept'), [NOT_ALLOWED]],
  ['platform/outbound/b', value('node:fs'), []],
  ['webhooks/a', value('../platform/temporal/client'), [NOT_ALLOWED]],
  ['webhooks/b', value('../platform/outbound/guard'), []],
  ['webhooks/c', value('../presentation/present-run'), []],
  ['api/n', value('../webhooks/relay'), [NOT_ALLOWED]],
  ['api/o', value('../presentation/present-run'), []],
  ['workers/d', value('../webhooks/relay'), []],
  ['platform/temporal/a', value('../../workflows/verification-run/run'), [NOT_ALLOWED]],
  ['platform/temporal/b', value('../../workflows/converters/payload-converter'), []],
  ['cli/a', value('../api/app'), [NOT_ALLOWED]],
  ['cli', value('./workflows/verification-run/run'), [NOT_ALLOWED]],
  ['cli/b', value('../store/kept'), []],
  ['cli/c', value('../workflows/messages/messages'), []],
  ['web/round', value('./trip'), ['no-circular']],
  // A cycle is reported once.
  ['web/trip', value('./round'), []],
  ['web/here', value('./there'), ['no-circular']],
  ['web/there', type('./here'), []],
  ['store/round', type('./trip'), ['no-circular']],
  ['store/trip', type('./round'), []],
  ['store/g', value('../platform/crypto/a'), []],
  ['store/h', value('lru-cache'), []],
  ['platform/crypto/a', value('lru-cache'), [NOT_ALLOWED]],
  ['application/i', value('../api/app'), [NOT_ALLOWED]],
  ['application/j', type('../workers/main'), [NOT_ALLOWED]],
  ['application/k', value('../steps/shared/q/state'), []],
  ['application/l', value('../steps/shared/q/calls'), [NOT_ALLOWED]],
  ['steps/r/schema', value('../shared/q/calls'), [NOT_ALLOWED]],
  ['steps/r/step', value('../shared/q/calls'), []],
  ['nowhere/a', value('../store/kept'), [NOT_ALLOWED]],
];

describe('the rules on imports', () => {
  let home: string;
  let violations: Report['summary']['violations'];

  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'cerciora-imports-'));
    for (const file of SHELF)
      write(`src/${file}.ts`, 'export const it = 1;\nexport type It = 1;\n');
    for (const [file, text] of PLANTED) write(`src/${file}.ts`, text);
    for (const name of ['workflow', 'common', 'client']) library(`@temporalio/${name}`);
    for (const name of ['lru-cache', 'zod', 'express', 'expr-eval']) library(name);
    const args = ['src', '--config', CONFIG, '--output-type', 'json'];
    violations = reported(args).summary.violations;
  }, 60_000);

  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it.each(PLANTED)('report the expected violations of src/%s.ts', (file, text, rules) => {
    const broken = violations.filter(({ from }) => from === `src/${file}.ts`);
    expect({ text, rules: broken.map(({ rule }) => rule.name).sort() }).toEqual({ text, rules });
  });

  it('are each violated by a planted file', () => {
    const { forbidden } = jest.requireActual<{ forbidden: { name: string }[] }>(CONFIG);
    const names = new Set(violations.map(({ rule }) => rule.name));
    expect([...names].sort()).toEqual([...forbidden.map(({ name }) => name), NOT_ALLOWED].sort());
  });

  it('match the table in CONTRIBUTING.md', () => {
    const script = join(ROOT, 'scripts/imports-table.js');
    expect(() => execFileSync(process.execPath, [script, '--check'])).not.toThrow();
  });

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), text);
  }

  function library(name: string): void {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'exports.it = 1;\n');
  }

  /** Returns the report of dependency-cruiser, whose exit code is the number of violations. */
  function reported(args: string[]): Report {
    try {
      return JSON.parse(run(args)) as Report;
    } catch (error) {
      const { stdout } = error as { stdout?: string };
      if (stdout === undefined || stdout === '') throw error;
      return JSON.parse(stdout) as Report;
    }
  }

  function run(args: string[]): string {
    const options = { cwd: home, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 } as const;
    return execFileSync(process.execPath, [cruiser, ...args], options);
  }
});
