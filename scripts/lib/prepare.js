/** Installs dependencies and builds, only if their inputs have changed. */
'use strict';

const { createHash } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
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

/** Returns true if `npm ci` has installed exactly the content of the lock file. @param {string} home */
function matchesLock(home) {
  const installed = readJson(path.join(home, 'node_modules', '.package-lock.json'))?.packages;
  const wanted = readJson(path.join(home, 'package-lock.json'))?.packages;
  if (!installed || !wanted) return false;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === '' || (!installed[name] && (entry.optional || entry.peer))) return true;
    return (
      installed[name]?.version === entry.version && installed[name]?.integrity === entry.integrity
    );
  });
}

/** @param {string} home */
async function installDependencies(home) {
  const stamp = path.join(home, 'node_modules', '.cerciora-lock');
  const expected = hashOf(home, ['package-lock.json']);
  if (isStamped(stamp, expected)) return;
  if (!matchesLock(home)) {
    say(bold('Installing dependencies (npm ci) …'));
    const begun = Date.now();
    // npm shows its progress on a terminal only.
    const tell = () => say(dim(`  … installing (${Math.round((Date.now() - begun) / 1000)} s)`));
    const ticker = process.stdout.isTTY ? undefined : setInterval(tell, 5000);
    const { code } = await run('npm', ['ci', '--no-audit', '--no-fund', '--progress=true'], {
      cwd: home,
    });
    clearInterval(ticker);
    if (code !== 0) throw new UserError(`npm ci ended with code ${code}; see its messages above.`);
  }
  fs.writeFileSync(stamp, expected);
}

/** @param {string} home */
async function build(home) {
  const stamp = path.join(home, 'dist', '.cerciora-build');
  const expected = hashOf(home, [
    'src',
    'tsconfig.json',
    'tsconfig.build.json',
    'tsconfig.demo.json',
    'clients',
    'package-lock.json',
  ]);
  if (isStamped(stamp, expected)) return;
  say(bold('Building …'));
  // Otherwise outputs of deleted sources would remain.
  fs.rmSync(path.join(home, 'dist'), { recursive: true, force: true });
  const tsc = path.join(home, 'node_modules', '.bin', 'tsc');
  // Checking types takes ten times as long as emitting the same files; `npm run types` checks them.
  const compile = (/** @type {string} */ config) =>
    run(tsc, ['-p', config, '--noCheck'], { cwd: home });
  const compiled = await Promise.all(['tsconfig.build.json', 'tsconfig.demo.json'].map(compile));
  if (compiled.some(({ code }) => code !== 0))
    throw new UserError('The build failed; see the messages of tsc above.');
  const bundled = await run(process.execPath, [layout(home).bundle], { cwd: home, quiet: true });
  if (bundled.code !== 0) throw new UserError(`Bundling the workflows failed:\n${bundled.output}`);
  fs.writeFileSync(stamp, expected);
}

/** Prepares in one process at a time, so that `npm start` and `npm test` may run together. @param {string} home */
async function prepare(home) {
  const tell = (/** @type {number} */ pid) =>
    say(dim(`Waiting for process ${pid}, which installs or builds …`));
  await withLock(layout(home).prepareLock, tell, async () => {
    await installDependencies(home);
    await build(home);
  });
}

module.exports = { checkNode, hashOf, isStamped, prepare };
