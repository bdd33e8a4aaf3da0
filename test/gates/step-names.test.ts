import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const SRC = join(__dirname, '../../src');
/** Folders that may name a step: its own, and the demo. */
const NAMED = /^(steps|demo)\//;

const stepKeys = readdirSync(join(SRC, 'steps'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && entry.name !== 'shared')
  .map((entry) => entry.name.replaceAll('-', '_'));

const quoted = new RegExp(`['"\`](${stepKeys.join('|')})['"\`]`);

/** Returns the lines of a text that name a step. */
const naming = (text: string) => text.split('\n').filter((line) => quoted.test(line));

const sources = readdirSync(SRC, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(SRC, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && !NAMED.test(file));

describe('the code outside the steps', () => {
  it('is searched for step names', () => {
    expect(stepKeys).toEqual(expect.arrayContaining(['acceptance', 'personal_address']));
    expect(sources).toEqual(
      expect.arrayContaining(['workflows/verification-run/walk-steps.ts', 'api/app.ts']),
    );
    expect(naming(`if (key === 'acceptance') {}\n"personal_address"\n'acceptances'`)).toHaveLength(
      2,
    );
  });

  it.each(sources)('contains no step name: %s', (file) => {
    expect(naming(readFileSync(join(SRC, file), 'utf8'))).toEqual([]);
  });
});
