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

/** Files that others may or may not import. */
const SHELF = [
  ...['api/app', 'workers/main', 'store/kept', 'temporal/client', 'web/page', 'runs/view'],
  ...['workflows/run', 'workflows/messages', 'workflows/payload-converter', 'activities/index'],
  ...[
    'steps/index',
    'steps/contract',
    'steps/activities',
    'steps/a/activities',
    'steps/a/activities/index',
  ],
  ...['steps/schema-contract', 'steps/a/schema', 'config'],
  ...['presentation/present-run', 'outbound/guard', 'webhooks/relay'],
];

/** [file, what it holds, the rules it breaks] */
const PLANTED: [file: string, text: string, rules: string[]][] = [
  ['runs/a', value('../config'), ['core-stands-alone']],
  ['runs/b', type('../store/kept'), ['core-stands-alone']],
  ['runs/c', value('lru-cache'), ['core-stands-alone']],
  ['runs/d', value('./view'), []],
  ['nips/a', value('node:fs'), ['core-stands-alone']],
  ['nips/b', value('../runs/view'), ['core-stands-alone']],
  ['nips/c', value('zod'), ['core-stands-alone']],
  ['runs/e', value('../nips/b'), []],
  ['expressions/a', value('../store/kept'), ['expressions-stand-alone']],
  ['expressions/b', type('../runs/view'), ['expressions-stand-alone']],
  ['expressions/c', value('./e'), []],
  ['expressions/e', value('lru-cache'), ['expressions-stand-alone']],
  ['steps/payload-kinds', value('../expressions/c'), []],
  ['expressions/d', value('node:vm'), ['expressions-stand-alone']],
  ['identifiers/a', value('../runs/view'), ['identifiers-stand-alone']],
  ['identifiers/b', value('lru-cache'), ['identifiers-stand-alone']],
  ['identifiers/c', value('./d'), []],
  ['identifiers/d', value('node:fs'), ['identifiers-stand-alone']],
  ['steps/n/schema', value('../../identifiers/c'), []],
  ['media/a', value('../store/kept'), ['media-stands-alone']],
  ['media/b', value('node:fs'), ['media-stands-alone']],
  ['media/c', value('node:zlib'), []],
  ['workflows/j', value('../expressions/c'), ['workflow-realm']],
  ['steps/h/step', value('../../expressions/c'), ['workflow-realm']],
  ['workflows/a', value('../activities'), ['activities-for-workers', 'workflow-realm']],
  ['workflows/b', value('node:fs'), ['workflow-realm', 'workflow-realm-no-builtins']],
  ['workflows/c', value('@temporalio/client'), ['workflow-realm']],
  ['workflows/d', value('@temporalio/workflow'), []],
  ['workflows/e', type('../activities'), []],
  ['workflows/f', inlineType('../store/kept'), []],
  ['workflows/g', value('../steps/a/schema'), ['workflow-realm']],
  ['workflows/h', value('../steps/a/step'), []],
  ['workflows/i', type('node:fs'), ['workflow-realm-no-builtins']],
  ['steps/a/step', value('../../temporal/client'), ['workflow-realm']],
  ['steps/b/step', value('../schema-contract'), ['workflow-realm']],
  ['steps/c/step', value('../contract'), []],
  ['steps/ask-once', value('../store/kept'), ['workflow-realm']],
  ['steps/d/step', value('@temporalio/common'), ['steps-by-contract']],
  ['steps/e/step', value('zod'), ['workflow-realm']],
  ['steps/f/step', value('@temporalio/workflow'), []],
  ['steps/g/step', type('../a/schema'), []],
  ['workflows/failure-converter', value('@temporalio/workflow'), ['converters-load-anywhere']],
  ['api/a', value('../workflows/run'), ['api-talks-by-messages']],
  ['api/b', value('../workflows/messages'), []],
  ['api/c', type('../workflows/run'), []],
  ['api/d', value('../activities'), ['activities-for-workers', 'api-runs-no-steps']],
  ['api/e', value('../workers/main'), ['api-runs-no-steps']],
  ['api/f', value('../steps/a/activities'), ['api-runs-no-steps']],
  ['api/g', value('../steps/a/activities/index'), ['api-runs-no-steps']],
  ['api/h', value('../steps/index'), ['api-reads-schemas']],
  ['api/i', type('../steps/index'), []],
  ['api/j', type('../activities'), ['api-runs-no-steps']],
  ['api/k', type('../steps/activities'), ['api-runs-no-steps']],
  ['api/l', value('../steps/a/step'), ['api-reads-schemas']],
  ['api/m', value('../steps/a/schema'), []],
  ['steps/schemas', value('../store/kept'), ['schemas-stand-apart']],
  ['steps/b/schema', type('../../api/app'), ['schemas-stand-apart']],
  ['steps/c/schema', value('../../temporal/client'), ['schemas-stand-apart']],
  ['steps/d/schema', value('../../workflows/run'), ['schemas-stand-apart']],
  ['steps/e/schema', value('@temporalio/common'), ['schemas-stand-apart']],
  ['steps/f/schema', value('../schema-contract'), []],
  ['steps/g/schema', value('zod'), []],
  ['steps/h/schema', value('node:crypto'), []],
  ['steps/i/schema', value('node:fs'), ['schemas-stand-apart']],
  ['steps/j/schema', value('lru-cache'), ['schemas-stand-apart']],
  ['steps/k/schema', value('../a/activities'), ['schemas-stand-apart']],
  ['steps/l/schema', value('../a/step'), ['schemas-stand-apart']],
  ['steps/m/schema', value('../../runs/view'), []],
  ['steps/b/activities', value('../../store/kept'), []],
  ['steps/c/activities', value('../../workflows/messages'), ['activities-serve']],
  ['activities/a', value('../api/app'), ['activities-serve']],
  ['activities/b', value('../steps/index'), ['activities-serve']],
  ['activities/c', value('../steps/activities'), []],
  ['channels/a', value('../workers/main'), ['activities-serve']],
  ['web/a', value('../activities'), ['activities-for-workers']],
  ['workers/a', value('../activities'), []],
  ['workers/b', value('../workflows/run'), ['workers-by-path']],
  ['workers/c', type('../workflows/run'), []],
  ['store/a', value('../api/app'), ['store-at-the-bottom']],
  ['store/b', value('../workers/main'), ['store-at-the-bottom']],
  ['store/c', type('../activities'), ['store-at-the-bottom']],
  ['store/d', type('../workflows/run'), ['store-at-the-bottom']],
  ['store/e', value('../presentation/present-run'), ['store-at-the-bottom']],
  ['presentation/a', value('../api/app'), ['presentation-shows-runs']],
  ['presentation/b', type('../temporal/client'), ['presentation-shows-runs']],
  ['presentation/c', value('../store/kept'), []],
  ['presentation/d', value('../steps/a/schema'), []],
  ['presentation/e', value('../steps/a/step'), ['presentation-shows-runs']],
  ['outbound/a', type('../store/kept'), ['outbound-stands-alone']],
  ['outbound/b', value('node:fs'), []],
  ['webhooks/a', value('../temporal/client'), ['webhooks-serve']],
  ['webhooks/b', value('../outbound/guard'), []],
  ['webhooks/c', value('../presentation/present-run'), []],
  ['api/n', value('../webhooks/relay'), ['webhooks-for-workers']],
  ['api/o', value('../presentation/present-run'), []],
  ['workers/d', value('../webhooks/relay'), []],
  ['temporal/a', value('../workflows/run'), ['temporal-shares-the-wire']],
  ['temporal/b', value('../workflows/payload-converter'), []],
  ['cli/a', value('../api/app'), ['cli-on-store-and-temporal']],
  ['cli', value('./workflows/run'), ['cli-on-store-and-temporal']],
  ['cli/b', value('../store/kept'), []],
  ['cli/c', value('../workflows/messages'), []],
  ['web/round', value('./trip'), ['no-circular']],
  // A circle is told of once.
  ['web/trip', value('./round'), []],
  ['web/here', value('./there'), []],
  ['web/there', type('./here'), []],
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
    for (const name of ['lru-cache', 'zod']) library(name);
    const args = ['src', '--config', CONFIG, '--output-type', 'json'];
    violations = reported(args).summary.violations;
  }, 60_000);

  afterAll(() => rmSync(home, { recursive: true, force: true }));

  it.each(PLANTED)('judge src/%s.ts', (file, text, rules) => {
    const broken = violations.filter(({ from }) => from === `src/${file}.ts`);
    expect({ text, rules: broken.map(({ rule }) => rule.name).sort() }).toEqual({ text, rules });
  });

  it('are all broken by some planted file', () => {
    const { forbidden } = jest.requireActual<{ forbidden: { name: string }[] }>(CONFIG);
    const names = new Set(violations.map(({ rule }) => rule.name));
    expect([...names].sort()).toEqual(forbidden.map(({ name }) => name).sort());
  });

  function write(file: string, text: string): void {
    mkdirSync(dirname(join(home, file)), { recursive: true });
    writeFileSync(join(home, file), text);
  }

  function library(name: string): void {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, main: 'index.js' }));
    write(`node_modules/${name}/index.js`, 'exports.it = 1;\n');
  }

  /** The cruiser's report; it ends with the number of violations as its code. */
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
