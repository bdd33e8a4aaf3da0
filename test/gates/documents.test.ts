/** Compares the pages for developers and operators with the sources. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const HOME = join(__dirname, '../..');
const page = (path: string) => readFileSync(join(HOME, path), 'utf8');

test('CONTRIBUTING lists the folders of src', () => {
  const layout = /^src\/\n((?: {2}\S.*\n)+)/m.exec(page('CONTRIBUTING.md'))?.[1] ?? '';
  const listed = [...layout.matchAll(/^ {2}(\w+)\//gm)].map(([, name]) => name);
  const folders = readdirSync(join(HOME, 'src'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name);
  expect(listed.sort()).toEqual(folders.sort());
});

test.each(['CONTRIBUTING.md', 'docs/architecture.md', 'docs/runbook.md'])(
  'each path of the repository in %s exists',
  (path) => {
    const named = page(path).matchAll(/`((?:src|test|scripts|docs)\/[\w./-]+)`/g);
    const paths = [...new Set([...named].map(([, name = '']) => name))];
    expect(paths.length).toBeGreaterThan(0);
    expect(paths.filter((each) => !exists(each))).toEqual([]);
  },
);

function exists(path: string): boolean {
  const folder = join(HOME, path, '..');
  const name = path.replace(/\/$/, '').split('/').at(-1) ?? '';
  try {
    // A page may leave out the ending of a test.
    return readdirSync(folder).some((each) => each === name || each.startsWith(`${name}.`));
  } catch {
    return false;
  }
}

test('each log line that the runbook quotes is in the sources', () => {
  const quoted = [...page('docs/runbook.md').matchAll(/`([^`\n]+)`\s+in\s+the\s+log\b/g)].map(
    ([, text = '']) => text,
  );
  expect(quoted.length).toBeGreaterThan(0);
  const sources = readdirSync(join(HOME, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => page(join('src', file)))
    .join('\n');
  expect(quoted.filter((text) => !sources.includes(text))).toEqual([]);
});
