/** Runs Jest in a process group of its own, which is ended even if Jest does not exit. */
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { readJson } = require('./files');
const { sleep } = require('./processes');
const { noteProcess } = require('./run-mark');

/** Time for Jest to end after a signal, in milliseconds. */
const endGraceMs = 2_000;

/**
 * @typedef {object} Options
 * @property {string} home
 * @property {string} folder the run's own
 * @property {Record<string, string>} env what tests learn of the servers
 * @property {AbortSignal} signal ends the call
 * @property {number} exitGraceMs how long Jest may go on after its last test
 */

/**
 * @typedef {{ code: number | null, cut: 'stopped' | 'no_exit' | null, results: import('./jest-results').Results | undefined }} Ended
 * `cut`: why Jest was ended.
 *
 * @param {string[]} args @param {Options} options @returns {Promise<Ended>}
 */
async function callJest(args, { home, folder, env, signal, exitGraceMs }) {
  const file = path.join(folder, 'results.json');
  fs.rmSync(file, { force: true });
  const child = spawn(process.execPath, commandOf(args, home), {
    cwd: home,
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...env, TEST_RESULTS_FILE: file },
  });
  noteProcess(child.pid);
  let hasEnded = false;
  child.once('exit', () => (hasEnded = true));
  child.once('error', () => (hasEnded = true));
  const cut = await untilEnd({ hasEnded: () => hasEnded, signal, exitGraceMs, file });
  if (cut) await endGroup(child.pid ?? 0, () => hasEnded);
  return { code: child.exitCode, cut, results: readJson(file) };
}

/** @param {string[]} args @param {string} home */
function commandOf(args, home) {
  return [
    // The MongoDB driver needs this for its dynamic import of client metadata, without which mongod refuses the
    // connection.
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(home, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--reporters=default',
    `--reporters=${require.resolve('./jest-results')}`,
    ...args,
  ];
}

/**
 * @param {{ hasEnded: () => boolean, signal: AbortSignal, exitGraceMs: number, file: string }} call
 * @returns {Promise<Ended['cut']>} null when Jest has ended by itself
 */
async function untilEnd({ hasEnded, signal, exitGraceMs, file }) {
  for (let completeAt = 0; !hasEnded(); await sleep(100)) {
    if (signal.aborted) return 'stopped';
    if (!completeAt && readJson(file)?.isComplete) completeAt = Date.now();
    if (completeAt && Date.now() - completeAt > exitGraceMs) return 'no_exit';
  }
  return null;
}

/** @param {number} pid of its leader @param {() => boolean} hasEnded */
async function endGroup(pid, hasEnded) {
  for (const name of /** @type {const} */ (['SIGTERM', 'SIGKILL'])) {
    // The group's number is only its own while its leader exists.
    if (!pid || hasEnded()) return;
    process.kill(-pid, name);
    for (const until = Date.now() + endGraceMs; Date.now() < until && !hasEnded();) await sleep(20);
  }
}

module.exports = { callJest };
