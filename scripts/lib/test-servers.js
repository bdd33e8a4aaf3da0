/** Starts one Temporal and one MongoDB-protocol server for a whole test run, on free ports and in its folder. */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { findFuzzer } = require('./fuzzer');
const { launch, onFreePort } = require('./launch');
const { layout } = require('./paths');
const { host } = require('./ports');
const { sleep } = require('./processes');
const { run } = require('./run');
const { findPrograms, mongodbArguments, temporalArguments } = require('./servers');
const { UserError } = require('./terminal');

/**
 * @typedef {object} Options
 * @property {string} home
 * @property {string} folder the run's own
 * @property {AbortSignal} signal stops the start
 * @property {number} startLimitMs until a server listens
 */

/** @param {Options} options @param {string} program @param {number} port */
async function startTemporal({ folder, signal, startLimitMs }, program, port) {
  const dynamicConfig = { 'frontend.WorkflowTimeSkippingEnabled': true };
  const child = await launch({
    name: 'temporal',
    command: [program, ...temporalArguments({ port, dynamicConfig })],
    port,
    cwd: folder,
    // Its own process group: Ctrl-C ends Jest first, and then we end the servers.
    detached: true,
    limitMs: startLimitMs,
    giveUp: () => signal.aborted,
  });
  await waitForNamespace(program, `${host}:${port}`, signal);
  return { child, address: `${host}:${port}` };
}

/** @param {string} program @param {string} address @param {AbortSignal} signal */
async function waitForNamespace(program, address, signal) {
  const namespace = ['operator', 'namespace', 'describe', '--namespace', 'default'];
  const question = [...namespace, '--address', address];
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(100)) {
    if (signal.aborted) throw new UserError('Stopped while temporal was starting.');
    if ((await run(program, question, { quiet: true })).code === 0) return;
  }
  throw new UserError("Temporal's default namespace did not appear.");
}

/** @param {Options} options @param {string[]} command @param {number} port */
async function startMongodb({ folder, signal, startLimitMs }, command, port) {
  const dataDir = fs.mkdtempSync(path.join(folder, 'mongodb-'));
  const child = await launch({
    name: 'mongodb',
    command: [...command, ...mongodbArguments(command, { port, dataDir })],
    port,
    cwd: folder,
    detached: true,
    limitMs: startLimitMs,
    giveUp: () => signal.aborted,
  });
  const address = `mongodb://${host}:${port}/?directConnection=true&retryWrites=false`;
  return { child, address };
}

/** @template T @param {Promise<T>[]} starts @returns {Promise<T[]>} once all have ended, so that none goes on behind a failure */
async function allStarted(starts) {
  await Promise.allSettled(starts);
  return Promise.all(starts);
}

/**
 * Starts the servers that have no given address. Resolves with the processes and the environment for the tests. Rejects
 * if one doesn't start, or if the run is stopped. The caller ends the run's processes.
 * @param {Options} options
 */
async function startServers(options) {
  // Some tests start servers of their own, so the programs are needed even with given addresses.
  const paths = layout(options.home);
  const programs = await findPrograms(paths, {
    temporal: true,
    mongodb: true,
    timeSkipping: true,
  });
  const fuzzer = await findFuzzer(paths);
  const { TEMPORAL_ADDRESS: givenTemporal, MONGODB_URI: givenMongodb } = process.env;
  const given = (/** @type {string | undefined} */ address) => ({
    child: null,
    address: address ?? '',
  });
  const { temporal: program, mongodb: command } = programs;
  const [temporal, mongodb] = await allStarted([
    program && !givenTemporal
      ? onFreePort((port) => startTemporal(options, program, port))
      : Promise.resolve(given(givenTemporal)),
    command && !givenMongodb
      ? onFreePort((port) => startMongodb(options, command, port))
      : Promise.resolve(given(givenMongodb)),
  ]);
  return {
    pids: [temporal, mongodb].flatMap((server) => server?.child?.pid ?? []),
    env: {
      TEST_TEMPORAL_ADDRESS: temporal?.address ?? '',
      TEST_MONGODB_URI: mongodb?.address ?? '',
      TEST_TEMPORAL_BIN: program ?? '',
      TEST_TIME_SKIPPING_BIN: programs.timeSkipping ?? '',
      TEST_MONGODB_CMD: JSON.stringify(command),
      TEST_SCHEMATHESIS_BIN: fuzzer ?? '',
    },
  };
}

module.exports = { startServers };
