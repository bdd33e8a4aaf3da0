/** Tests how `npm start` and `npm test` install and build, in a folder with a stand-in for npm. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

interface Prepare {
  prepare(home: string, options: { tools: boolean }): Promise<void>;
  prepareService(home: string): { compiled: Promise<void>; bundled: Promise<void> };
}
const { prepare, prepareService } = jest.requireActual<Prepare>('../../scripts/lib/prepare.js');

/** Notes its arguments and installs as the lock says. Fails with an old cache while there is a file `stale`. */
const NPM = `#!${process.execPath}
const fs = require('node:fs');
const args = process.argv.slice(2);
fs.appendFileSync('npm.txt', args.join(' ') + '\\n');
if (fs.existsSync('stale') && args.includes('--prefer-offline')) process.exit(1);
if (args[0] === 'ci') fs.rmSync('node_modules', { recursive: true, force: true });
fs.mkdirSync('node_modules', { recursive: true });
const { packages } = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));
const kept = Object.entries(packages).filter(([, { dev }]) => !dev || args.includes('--include=dev'));
fs.writeFileSync('node_modules/.package-lock.json', JSON.stringify({ packages: Object.fromEntries(kept) }));
`;
const LOCK = {
  packages: {
    '': { version: '1.0.0' },
    'node_modules/service': { version: '1.0.0', integrity: 'sha512-a' },
    'node_modules/tool': { version: '1.0.0', integrity: 'sha512-b', dev: true },
  },
};
/** Bundles once it may. */
const BUNDLE = `
import fs from 'node:fs';
const bundle = (): void => {
  if (fs.existsSync('wait')) setTimeout(bundle, 20);
  else fs.appendFileSync('dist/workflow-bundle.js', '// bundled');
};
bundle();
`;

const originalPath = process.env['PATH'];
const quiet = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
let home: string;

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-install-'));
  process.env['PATH'] = `${path.join(home, 'bin')}${path.delimiter}${originalPath ?? ''}`;
  write('bin/npm', NPM);
  write('src/workers/bundle.ts', BUNDLE);
  write('src/workers/bundle.test.ts', 'unread');
  write('package-lock.json', JSON.stringify(LOCK));
});
afterEach(() => {
  process.env['PATH'] = originalPath;
  fs.rmSync(home, { recursive: true, force: true });
});
afterAll(() => quiet.mockRestore());

function write(name: string, text: string): void {
  const file = path.join(home, name);
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, text, { mode: 0o755 });
}
const exists = (name: string) => fs.existsSync(path.join(home, name));
const read = (name: string) => fs.readFileSync(path.join(home, name), 'utf8');
/** Returns the calls of npm without the options that all have. */
const calls = () =>
  exists('npm.txt')
    ? read('npm.txt')
        .trim()
        .split('\n')
        .map((line) => line.replace(/ --no-audit .*/, ''))
    : [];

test('a start installs what the service needs; tests add the tools and delete nothing', async () => {
  await prepareService(home).bundled;
  expect(calls()).toEqual(['ci --omit=dev']);
  write('node_modules/service/index.js', 'in use');
  await prepare(home, { tools: true });
  expect(calls()).toEqual(['ci --omit=dev', 'install --no-save --include=dev']);
  expect(read('node_modules/service/index.js')).toBe('in use');
  await prepareService(home).bundled;
  await prepare(home, { tools: true });
  expect(calls()).toHaveLength(2);
});

test('tests install everything where nothing is installed, and a start is content with it', async () => {
  await prepare(home, { tools: true });
  await prepareService(home).bundled;
  expect(calls()).toEqual(['ci --include=dev']);
});

test('another lock is installed again', async () => {
  await prepareService(home).bundled;
  write('package-lock.json', JSON.stringify(LOCK).replace('sha512-a', 'sha512-c'));
  await prepareService(home).bundled;
  expect(calls()).toEqual(['ci --omit=dev', 'ci --omit=dev']);
});

test("npm's old cache is no failure, npm's own is", async () => {
  write('stale', '');
  await prepareService(home).bundled;
  expect(calls()).toHaveLength(2);
  expect(read('npm.txt').match(/--prefer-offline/g)).toHaveLength(1);
  write('bin/npm', `#!${process.execPath}\nprocess.exit(1);`);
  fs.rmSync(path.join(home, 'node_modules'), { recursive: true });
  await expect(prepareService(home).compiled).rejects.toThrow('npm ci ended with code 1');
});

test('the service may start while its workflows are bundled, and is built once', async () => {
  write('wait', '');
  const { compiled, bundled } = prepareService(home);
  await compiled;
  expect(exists('dist/workers/bundle.js')).toBe(true);
  expect(exists('dist/workers/bundle.test.js')).toBe(false);
  expect(exists('dist/workflow-bundle.js')).toBe(false);
  fs.rmSync(path.join(home, 'wait'));
  await bundled;
  await prepareService(home).bundled;
  expect(read('dist/workflow-bundle.js')).toBe('// bundled');
  write('src/workers/more.ts', 'export const more: number = 1;');
  await prepareService(home).bundled;
  expect(exists('dist/workers/more.js')).toBe(true);
});

test('wrong syntax fails the build', async () => {
  write('src/workers/broken.ts', 'const = 1;');
  const { compiled, bundled } = prepareService(home);
  await expect(compiled).rejects.toThrow('The build failed');
  await expect(bundled).rejects.toThrow('The build failed');
});
