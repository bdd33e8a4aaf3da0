/** Installs dependencies and builds, only if their inputs have changed. */
'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { compile, filesOf } = require('./compile');
const { readJson, withLock } = require('./files');
const { layout } = require('./paths');
const { run } = require('./run');
const { bold, dim, say, UserError } = require('./terminal');

/** @param {string} required such as ">=20.19" */
function checkNode(required) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = required
    .replace(/^[^\d]*/, '')
    .split('.')
    .map(Number);
  if (major > needMajor || (major === needMajor && minor >= needMinor)) return;
  throw new UserError(
    `Cerciora needs Node.js ${required}, this is ${process.versions.node}. Install a newer one (https://nodejs.org) and try again.`,
  );
}

/** @param {string} file @returns {string[]} it, or every file below it */
function filesBelow(file) {
  if (!fs.existsSync(file)) return [];
  if (!fs.statSync(file).isDirectory()) return [file];
  return fs
    .readdirSync(file)
    .sort()
    .flatMap((name) => filesBelow(path.join(file, name)));
}

/** @param {string} home @param {string[]} names */
function hashOf(home, names) {
  const hash = createHash('sha256');
  for (const file of names.flatMap((name) => filesBelow(path.join(home, name)))) {
    hash
      .update(`${path.relative(home, file)}\0`)
      .update(fs.readFileSync(file))
      .update('\0');
  }
  return hash.digest('hex');
}

/** @param {string} stamp @param {string} expected */
const isStamped = (stamp, expected) =>
  fs.existsSync(stamp) && fs.readFileSync(stamp, 'utf8').trim() === expected;

/**
 * Returns true if what is installed is what the lock file asks for.
 * @param {string} home @param {boolean} tools whether development tools are needed
 */
function matchesLock(home, tools) {
  const installed = readJson(path.join(home, 'node_modules', '.package-lock.json'))?.packages;
  const wanted = readJson(path.join(home, 'package-lock.json'))?.packages;
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '' || (entry.dev && !tools)) return true;
    if (!installed[name] && (entry.optional || entry.peer)) return true;
    return (
      installed[name]?.version === entry.version && installed[name]?.integrity === entry.integrity
    );
  });
}

/** Returns npm's arguments for an installation. @param {string} home @param {boolean} tools */
function installArguments(home, tools) {
  const quick = ['--no-audit', '--no-fund', '--progress=true'];
  // `npm ci` would delete what a running stack uses: if the service is installed, only the tools are added.
  const hasService = matchesLock(home, false);
  if (tools && hasService) return ['install', '--no-save', '--include=dev', ...quick];
  return ['ci', ...(tools ? ['--include=dev'] : ['--omit=dev']), ...quick];
}

/** @param {string} home @param {boolean} tools */
async function installDependencies(home, tools) {
  const stamp = path.join(home, 'node_modules', '.cerciora-lock');
  const all = hashOf(home, ['package-lock.json']);
  const service = `${all} without tools`;
  if (isStamped(stamp, all) || (!tools && isStamped(stamp, service))) return;
  const hasTools = matchesLock(home, true);
  if (!hasTools && (tools || !matchesLock(home, false)))
    await install(home, installArguments(home, tools));
  fs.writeFileSync(stamp, tools || hasTools ? all : service);
}

/** @param {string} home @param {string[]} args of npm */
async function install(home, args) {
  say(bold(`Installing dependencies (npm ${args.slice(0, 2).join(' ')}) …`));
  const begun = Date.now();
  // npm shows its progress on a terminal only.
  const tell = () => say(dim(`  … installing (${Math.round((Date.now() - begun) / 1000)} s)`));
  const ticker = process.stdout.isTTY ? undefined : setInterval(tell, 5000);
  // The lock has no addresses, so npm reads the registry's entry of each package: from its cache if it has one.
  let { code } = await run('npm', [...args, '--prefer-offline'], { cwd: home });
  // An old cache may not know a version yet.
  if (code !== 0) ({ code } = await run('npm', args, { cwd: home }));
  clearInterval(ticker);
  if (code !== 0)
    throw new UserError(`npm ${args[0]} ended with code ${code}; see its messages above.`);
}

/**
 * @param {string} home
 * @param {() => void} [onCompiled] called before the workflows are bundled, which only the worker needs
 */
async function build(home, onCompiled = () => undefined) {
  const stamp = path.join(home, 'dist', '.cerciora-build');
  const sources = filesOf(home).map(({ source }) => path.relative(home, source));
  const expected = hashOf(home, [...sources, 'package-lock.json', 'scripts/lib/compile.js']);
  if (isStamped(stamp, expected)) return;
  say(bold('Building …'));
  try {
    await compile(home);
  } catch (error) {
    throw new UserError(`The build failed: ${error instanceof Error ? error.message : error}`);
  }
  onCompiled();
  const bundled = await run(process.execPath, [layout(home).bundle], { cwd: home, quiet: true });
  if (bundled.code !== 0) throw new UserError(`Bundling the workflows failed:\n${bundled.output}`);
  fs.writeFileSync(stamp, expected);
}

/**
 * Prepares in one process at a time, so that `npm start` and `npm test` may run together.
 * @param {string} home
 * @param {{ tools: boolean, onCompiled?: () => void }} options tools: whether development tools are installed too
 */
async function prepare(home, { tools, onCompiled }) {
  const tell = (/** @type {number} */ pid) =>
    say(dim(`Waiting for process ${pid}, which installs or builds …`));
  await withLock(layout(home).prepareLock, tell, async () => {
    await installDependencies(home, tools);
    await build(home, onCompiled);
  });
}

/**
 * Prepares what `npm start` needs, in two stages: API and setup need `compiled` only, the worker `bundled`.
 * @param {string} home @returns {{ compiled: Promise<void>, bundled: Promise<void> }} both reject if a stage fails
 */
function prepareService(home) {
  /** @type {() => void} */
  let onCompiled = () => undefined;
  /** @type {Promise<void>} */
  const early = new Promise((resolve) => (onCompiled = resolve));
  const bundled = prepare(home, { tools: false, onCompiled });
  // Its failure is reported where it is awaited, even if that is later.
  bundled.catch(() => undefined);
  return { compiled: Promise.race([early, bundled]), bundled };
}

module.exports = { build, checkNode, hashOf, isStamped, prepare, prepareService };
