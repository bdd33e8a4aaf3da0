/**
 * `npm test`: starts servers for the whole run, then Jest. Arguments go to Jest; for unit tests alone no server is
 * started. It always ends by itself, prints the count in its last line, and leaves no process and no folder behind.
 */
'use strict';

const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { failuresOf } = require('./lib/failures');
const { readJson } = require('./lib/files');
const { callJest } = require('./lib/jest-call');
const { checkNode, prepare } = require('./lib/prepare');
const { commandLine, watchNpm } = require('./lib/processes');
const { endRunning } = require('./lib/run');
const { endProcesses, markChildren, processesOf } = require('./lib/run-mark');
const { dim, fail, say, warn } = require('./lib/terminal');
const { startServers } = require('./lib/test-servers');

/** npm's names of this script. */
const scripts = ['test', 'test:long', 'fuzz', 'histories'];
/** Tests that start whole stacks of processes. */
const STACKS = 'test/(system|stack)/';
/** Stacks of which two run at a time. The others kill processes or measure times: each has the machine to itself. */
const SHARED_STACKS =
  'test/(stack/(compose|install|readme)|system/(advance|catalogue|client-package|inputs|long-history|nip|node-versions|privacy|providers|schedules|step-with-io))\\.';
/** Limit of the whole run, unless TEST_LIMIT_MINUTES is set. */
const limitMinutes = 60;

/** @param {string[]} args */
function needServers(args) {
  const start = args.findIndex((arg) => /^--selectProjects(=|$)/.test(arg));
  if (start < 0) return true;
  const [first = '', ...rest] = args.slice(start);
  const end = rest.findIndex((arg) => arg.startsWith('-'));
  const named = [...first.split('=').slice(1), ...(end < 0 ? rest : rest.slice(0, end))];
  return named.includes('servers');
}

/** @param {string[]} args @returns {string[][]} what Jest is called with, one call after the other */
function jestCalls(args) {
  if (args.length === 0) {
    return [
      ['--maxWorkers=2', '--testPathIgnorePatterns', '/node_modules/', STACKS],
      ['--maxWorkers=2', '--selectProjects', 'servers', '--testPathPatterns', SHARED_STACKS],
      [
        ...['--runInBand', '--selectProjects', 'servers', '--testPathPatterns', STACKS],
        ...['--testPathIgnorePatterns', '/node_modules/', SHARED_STACKS],
      ],
    ];
  }
  const isSaid = args.some((arg) => /^(--maxWorkers|-w|--runInBand|-i)\b/.test(arg));
  // First, because Jest reads names after --selectProjects up to the next option.
  return [[...(isSaid ? [] : ['--maxWorkers=2']), ...args]];
}

/** Ends the run early: aborts waits and ends commands. */
class Stop {
  /** @param {number} limitMs */
  constructor(limitMs) {
    this.controller = new AbortController();
    this.signal = this.controller.signal;
    this.isInterrupted = false;
    const minutes = Math.round(limitMs / 600) / 100;
    const onLimit = () => this.now(`The run was ended after ${minutes} min, its limit.`);
    this.timer = setTimeout(onLimit, limitMs);
    const onSignal = () => this.interrupt();
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
      process.on(signal, onSignal);
    watchNpm(scripts, onSignal);
  }

  interrupt() {
    this.isInterrupted = true;
    this.now('The run was interrupted.');
  }

  /** @template T @param {Promise<T>} work that starts no process once told to stop @returns {Promise<T>} */
  orStopped(work) {
    return new Promise((resolve, reject) => {
      const onStop = () => reject(new Error('stopped'));
      if (this.signal.aborted) onStop();
      this.signal.addEventListener('abort', onStop);
      work.then(resolve, reject);
    });
  }

  /** @param {string} why */
  now(why) {
    if (this.signal.aborted) return;
    warn(why);
    this.controller.abort();
    endRunning();
  }
}

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/**
 * @param {string[][]} calls @param {Omit<import('./lib/jest-call').Options, 'env'>} options
 * @param {{ pids: number[], env: Record<string, string> }} servers
 * @returns {Promise<Count>}
 */
async function runTests(calls, options, { pids, env }) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const failures = [];
  for (const args of calls) {
    const ended = await callJest(args, { ...options, env });
    tellCut(ended, args, options);
    await endLeft(options.folder, pids);
    const { passed, failed, skipped } = countOf(ended);
    failures.push(...failuresOf(ended.results ?? null));
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
    if (options.signal.aborted) break;
  }
  for (const failure of failures) say(`\nFailed: ${failure}`);
  return sum;
}

/** @param {import('./lib/jest-call').Ended} ended @returns {Count} */
function countOf({ code, cut, results }) {
  const { passed = 0, failed = 0, skipped = 0 } = results ?? {};
  const isWhole = results?.isComplete && (cut === 'no_exit' || code === 0);
  // Jest also fails without a failed test: none found, it broke, or it was cut off.
  return { passed, failed: isWhole ? failed : Math.max(failed, 1), skipped };
}

/** @param {import('./lib/jest-call').Ended} ended @param {string[]} args @param {{ exitGraceMs: number }} options */
function tellCut({ cut }, args, { exitGraceMs }) {
  const call = `jest ${args.join(' ')}`;
  if (cut === 'stopped') warn(`Ended in the middle of its tests: ${call}`);
  if (cut === 'no_exit')
    warn(`Ended, because it went on for ${exitGraceMs / 1000} s after its last test: ${call}`);
}

/** Ends processes that tests left running. @param {string} folder @param {number[]} servers */
async function endLeft(folder, servers) {
  for (const pid of processesOf(folder).filter((each) => !servers.includes(each)))
    warn(`Ended what a test left running: ${pid} ${commandLine(pid).slice(0, 200)}`);
  await endProcesses(folder, servers);
}

/** Creates the run's folder for all temporary files of its processes. */
function makeFolder() {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-test-'));
  process.env.TMPDIR = path.join(folder, 'tmp');
  fs.mkdirSync(process.env.TMPDIR);
  markChildren(folder);
  return folder;
}

/**
 * @param {object} [options] tests run stand-ins from a folder of their own, already built, with shorter limits
 * @param {string} [options.home] @param {boolean} [options.prepared] @param {number} [options.limitMs]
 * @param {number} [options.startLimitMs] until a server listens
 * @param {number} [options.exitGraceMs] how long Jest may go on after its last test
 */
async function main(options = {}) {
  const { home = path.resolve(__dirname, '..'), startLimitMs = 60_000 } = options;
  const { exitGraceMs = 10_000, limitMs = limitOf(process.env.TEST_LIMIT_MINUTES) } = options;
  // Writing to a closed terminal fails; a signal ends the run in that case.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const args = process.argv.slice(2);
  const stop = new Stop(limitMs);
  const { signal } = stop;
  const folder = makeFolder();
  let count = { passed: 0, failed: 1, skipped: 0 };
  try {
    checkNode(readJson(path.join(__dirname, '..', 'package.json')).engines.node);
    if (!options.prepared) await stop.orStopped(prepare(home, { tools: true }));
    if (needServers(args)) say(dim('Starting Temporal and MongoDB for the tests …'));
    const servers = needServers(args)
      ? await stop.orStopped(startServers({ home, folder, signal, startLimitMs }))
      : { pids: [], env: {} };
    if (!signal.aborted)
      count = await runTests(jestCalls(args), { home, folder, signal, exitGraceMs }, servers);
  } catch (error) {
    // An interrupted run is no failure.
    if (!signal.aborted) fail(error);
  }
  await endProcesses(folder);
  fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  const { passed, failed, skipped } = count;
  say(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  process.exit(stop.isInterrupted ? 130 : failed ? 1 : 0);
}

/** @param {string | undefined} minutes */
const limitOf = (minutes) => (Number(minutes) || limitMinutes) * 60_000;

module.exports = { main };

if (require.main === module) void main();
