/** Packs the typed client, installs it in an empty project without a registry, compiles samples and runs a journey. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Stack, TEST_KEY, WEBHOOK_SECRET } from '../support/stack';

const ROOT = path.resolve(__dirname, '../..');
const CLIENT = path.join(ROOT, 'clients/typescript');
const SAMPLES = path.join(ROOT, 'test/fixtures/client-package');
const TSC = path.join(ROOT, 'node_modules/.bin/tsc');
const LIMIT_MS = 120_000;

const execute = promisify(execFile);
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-client-'));
let stack: Stack;
let packed: string[];

/** Runs a program in the empty project. Returns its output. @throws Error with the output if it fails. */
async function run(program: string, args: string[], env: Record<string, string> = {}) {
  const options = { cwd: home, env: { ...process.env, ...env } };
  const ended = await execute(program, args, options).catch((error: unknown) => {
    const { message, stdout = '' } = error as Error & { stdout?: string };
    throw new Error(`${message}\n${stdout}`);
  });
  return ended.stdout;
}

/** Packs a package as `npm publish` would. Returns the name of its tarball and its files. */
async function pack(folder: string, ...options: string[]) {
  const text = await run('npm', ['pack', folder, '--json', '--loglevel=error', ...options]);
  const [made] = JSON.parse(text.slice(text.indexOf('[\n'))) as {
    filename: string;
    files: { path: string }[];
  }[];
  if (made === undefined) throw new Error(`npm pack said: ${text}`);
  return { file: `./${made.filename}`, files: made.files.map((each) => each.path).sort() };
}

/** Returns the TypeScript of the package's page, block after block. */
function blocksOfReadme(): string {
  const page = fs.readFileSync(path.join(CLIENT, 'README.md'), 'utf8');
  const blocks = [...page.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, block = '']) => block);
  if (blocks.length < 5) throw new Error('The page of the client has lost its examples.');
  return blocks.join('\n');
}

beforeAll(async () => {
  stack = await Stack.start();
  fs.writeFileSync(path.join(home, 'package.json'), '{"name": "empty", "version": "1.0.0"}');
  const client = await pack(CLIENT);
  packed = client.files;
  const dependencies = await Promise.all(
    ['openapi-fetch', 'openapi-typescript-helpers'].map((name) =>
      pack(path.join(ROOT, 'node_modules', name), '--ignore-scripts'),
    ),
  );
  const tarballs = [client, ...dependencies].map(({ file }) => file);
  await run('npm', ['install', '--offline', '--no-audit', '--no-fund', ...tarballs]);
  fs.mkdirSync(path.join(home, 'node_modules/@types'));
  fs.symlinkSync(
    path.join(ROOT, 'node_modules/@types/node'),
    path.join(home, 'node_modules/@types/node'),
  );
  for (const name of fs.readdirSync(SAMPLES)) {
    fs.copyFileSync(path.join(SAMPLES, name), path.join(home, name));
  }
  fs.writeFileSync(path.join(home, 'readme.mts'), blocksOfReadme());
}, LIMIT_MS);
afterAll(async () => {
  await stack.stop();
  fs.rmSync(home, { recursive: true, force: true });
}, 30_000);

test('the package has its build, its types, its page and its licence, and no sources', () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      ...['LICENSE', 'README.md', 'package.json'],
      ...['dist/index.js', 'dist/index.mjs', 'dist/index.d.ts', 'dist/index.d.mts'],
    ]),
  );
  expect(packed.filter((file) => /^(?!dist\/).*\.m?ts$|\.test\./.test(file))).toEqual([]);
});

test.each([
  ['require', 'console.log(Object.keys(require("@cerciora/client")).sort().join())'],
  [
    'import',
    'import * as all from "@cerciora/client"; console.log(Object.keys(all).sort().join())',
  ],
])('%s gives the same functions', async (kind, code) => {
  const args = kind === 'import' ? ['--input-type=module', '-e', code] : ['-e', code];
  const names = (await run(process.execPath, args)).trim().split(',');
  expect(names).toEqual(
    expect.arrayContaining(['CercioraError', 'createCerciora', 'createWorkflow', 'verifyWebhook']),
  );
});

test('nothing but its entry can be imported', async () => {
  const deep = run(process.execPath, ['-e', 'require("@cerciora/client/dist/client.js")']);
  await expect(deep).rejects.toThrow('ERR_PACKAGE_PATH_NOT_EXPORTED');
});

test(
  'samples and the page compile strictly in ES modules and CommonJS, mistakes do not, and a journey ends in success',
  async () => {
    const checked = ['--strict', '--noUncheckedIndexedAccess', '--exactOptionalPropertyTypes'];
    const target = ['--module', 'nodenext', '--target', 'es2022', '--types', 'node'];
    await run(TSC, [...checked, ...target, 'journey.mts', 'types.cts', 'readme.mts']);
    const env = { API_URL: stack.url, API_KEY: TEST_KEY, WEBHOOK_SECRET };
    const seen: unknown = JSON.parse(await run(process.execPath, ['journey.mjs'], env));
    expect(seen).toEqual({
      refused: ['data.zip_code'],
      status: 'success',
      zip_code: '06000',
      isListed: true,
      sequences: [1, 2, 3, 4, 5, 6, 7],
    });
  },
  LIMIT_MS,
);
