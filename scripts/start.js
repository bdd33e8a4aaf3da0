/**
 * `npm start`: runs the whole stack on loopback. Installs and builds if needed, finds or starts Temporal and MongoDB,
 * runs API and worker as separate processes, restarts them if they die and stops them in order.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { lockHolder, readJson, tryLock } = require('./lib/files');
const { endLeftovers, findLeftovers } = require('./lib/leftovers');
const { layout } = require('./lib/paths');
const { checkNode, prepareService } = require('./lib/prepare');
const { sleep, watchNpm } = require('./lib/processes');
const { endRunning, run } = require('./lib/run');
const { loadSecrets } = require('./lib/secrets');
const { findPrograms } = require('./lib/servers');
const {
  addresses,
  apiMetricsUrl,
  apiPort,
  choosePorts,
  environment,
  settingsForOperator,
} = require('./lib/settings');
const { Stack } = require('./lib/stack');
const { printAddresses, printSummary } = require('./lib/summary');
const { bold, dim, fail, say, UserError, warn } = require('./lib/terminal');

/** @param {import('./lib/paths').Layout} paths @returns {Promise<void>} after telling where the running stack is */
async function tellRunning(paths) {
  for (let told = false; ; await sleep(200)) {
    const holder = lockHolder(paths.lockFile);
    if (!holder) throw new UserError('The other `npm start` has ended meanwhile; try again.');
    const info = readJson(paths.devFile);
    if (info?.pids?.start === holder.pid) {
      say(`Cerciora is already running (pid ${holder.pid}).`);
      say();
      return printAddresses(info);
    }
    if (!told) say(dim(`Another \`npm start\` is starting (pid ${holder.pid}), waiting for it …`));
    told = true;
  }
}

/** @param {Stack} stack */
function stopOnSignals(stack) {
  let firstAt = 0;
  const onSignal = () => {
    // npm forwards Ctrl-C in addition to the terminal: a second signal at the same moment is the same key press.
    if (firstAt && Date.now() - firstAt < 1500) return;
    if (firstAt) {
      stack.kill();
      process.exit(1);
    }
    firstAt = Date.now();
    stack.announceStop();
    endRunning();
    void stack.stop().then(() => process.exit(0));
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, onSignal);
  watchNpm(['start'], onSignal);
}

/** @param {import('./lib/paths').Layout} paths @param {NodeJS.ProcessEnv} env @param {import('./lib/secrets').Secrets} secrets */
async function setUp(paths, env, secrets) {
  const account = {
    SETUP_ACCOUNT_UUID: secrets.account_uuid,
    SETUP_TEST_KEY: secrets.test_key,
    SETUP_WEBHOOK_SECRET: secrets.webhook_secret,
  };
  const command = [paths.cli, 'setup', '--json'];
  const { code, output } = await run(process.execPath, command, {
    cwd: paths.home,
    env: { ...env, ...account },
    quiet: true,
  });
  if (code !== 0)
    throw new UserError(
      `Setting up search attributes, indexes and the first account failed:\n${output}`,
    );
}

/**
 * Finds or installs Temporal and a MongoDB-protocol server, and starts those without a given address.
 * @param {Stack} stack @param {import('./lib/paths').Layout} paths
 * @param {{ api: number, own: { temporal: boolean, mongodb: boolean } }} options own: which are started here
 */
async function startServers(stack, paths, { api, own }) {
  const programs = await findPrograms(paths, own);
  const ports = await choosePorts(api, own);
  const where = addresses(ports);
  const temporal = own.temporal && programs.temporal;
  const mongodb = own.mongodb && programs.mongodb;
  await Promise.all([
    temporal && stack.startTemporal(temporal, ports, where.temporal_namespace),
    mongodb && stack.startMongodb(mongodb, ports),
  ]);
  return { programs, ports, where };
}

/** @param {Stack} stack @param {import('./lib/paths').Layout} paths @param {boolean} prepared */
async function bringUp(stack, paths, prepared) {
  const api = await apiPort();
  const own = { temporal: !process.env.TEMPORAL_ADDRESS, mongodb: !process.env.MONGODB_URI };
  const ready = Promise.resolve();
  const preparing = prepared ? { compiled: ready, bundled: ready } : prepareService(paths.home);
  // The servers don't depend on the installation and the build, so both run in parallel.
  const [{ programs, ports, where }] = await Promise.all([
    startServers(stack, paths, { api, own }),
    preparing.compiled,
  ]);
  say(bold('Starting API and worker …'));
  const secrets = loadSecrets(paths.secrets);
  const env = environment(where, ports, secrets);
  await setUp(paths, env, secrets);
  const worker = { ...env, METRICS_PORT: String(ports.metrics) };
  await Promise.all([
    preparing.bundled.then(() => stack.startOwn('worker', worker)),
    stack.startOwn('api', { ...env, METRICS_PORT: String(ports.apiMetrics) }),
  ]);
  const { account_uuid, test_key, webhook_secret } = secrets;
  const { mongodb_uri, ...rest } = where;
  const info = {
    ...rest,
    temporal_bin: programs.temporal,
    mongodb_uri,
    account_uuid,
    test_key,
    webhook_secret,
  };
  const published = stack.publish(info, settingsForOperator(env));
  printSummary(published, paths, apiMetricsUrl(ports));
}

/**
 * @param {{ home?: string, prepared?: boolean }} [options] tests run stand-ins from a folder of their own, already built
 */
async function main({ home = path.resolve(__dirname, '..'), prepared = false } = {}) {
  const paths = layout(home);
  checkNode(readJson(path.join(__dirname, '..', 'package.json')).engines.node);
  for (const folder of [paths.data, paths.logs])
    fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  const leftovers = findLeftovers(paths);
  if (!tryLock(paths.lockFile)) return tellRunning(paths);
  if (leftovers.length)
    warn(
      `Ending what a killed start left: ${leftovers.map((l) => `${l.name} (${l.pid})`).join(', ')}`,
    );
  await endLeftovers(leftovers);
  fs.rmSync(paths.devFile, { force: true });
  fs.rmSync(paths.settingsFile, { force: true });
  const stack = new Stack(paths);
  stopOnSignals(stack);
  try {
    await bringUp(stack, paths, prepared);
  } catch (error) {
    if (stack.stopping) return;
    fail(error);
    endRunning();
    await stack.stop();
    process.exit(1);
  }
}

module.exports = { main };

if (require.main === module) {
  main().catch((error) => {
    fail(error);
    process.exit(1);
  });
}
