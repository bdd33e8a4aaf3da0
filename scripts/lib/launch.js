/** Starts a server of a test run and waits until it listens. Ends a server that fails to. */
'use strict';

const { spawn } = require('node:child_process');
const { freePort, isFree, waitForPort } = require('./ports');
const { sleep } = require('./processes');
const { noteProcess } = require('./run-mark');
const { UserError } = require('./terminal');

const portTries = 5;
const outputLength = 2000;

/** Thrown if another process took the port before the server listened on it. */
class PortTaken extends UserError {
  name = 'PortTaken';
}

/**
 * @typedef {object} Launch
 * @property {string} name for messages
 * @property {string[]} command
 * @property {number} port that it listens on
 * @property {string} cwd
 * @property {boolean} [detached] in a process group of its own
 * @property {number} [limitMs] until it listens
 * @property {() => boolean} [giveUp]
 */

/**
 * Resolves once the process listens. Throws PortTaken when another process has the port, UserError when it doesn't
 * start for another reason; the process has ended then.
 * @param {Launch} launch @returns {Promise<import('node:child_process').ChildProcess>}
 */
async function launch({ name, command, port, cwd, detached, limitMs = 60_000, giveUp }) {
  if (giveUp?.()) throw new UserError(`Stopped before ${name} was started.`);
  const [program = '', ...args] = command;
  const child = spawn(program, args, { cwd, detached, stdio: ['ignore', 'pipe', 'pipe'] });
  noteProcess(child.pid);
  let output = '';
  let ended = false;
  const keep = (/** @type {string} */ text) => (output = (output + text).slice(-outputLength));
  child.stdout.setEncoding('utf8').on('data', keep);
  child.stderr.setEncoding('utf8').on('data', keep);
  child.once('error', (error) => {
    keep(error.message);
    ended = true;
  });
  // After all of its output, which has the reason.
  child.once('close', () => (ended = true));
  const { pid } = child;
  const stop = () => ended || (giveUp?.() ?? false);
  if (pid && (await waitForPort(port, { timeoutMs: limitMs, giveUp: stop, pid }))) return child;
  const gone = ended;
  child.kill('SIGKILL');
  while (!ended) await sleep(10);
  if (giveUp?.()) throw new UserError(`Stopped while ${name} was starting.`);
  const said = output.trim() ? `:\n${output.trim()}` : ', and said nothing.';
  if (!gone) throw new UserError(`${name} did not listen within ${limitMs / 1000} s${said}`);
  const isTaken = /address already in use|EADDRINUSE/i.test(output) || !(await isFree(port));
  if (isTaken) throw new PortTaken(`${name} found its port ${port} taken${said}`);
  throw new UserError(`${name} did not start${said}`);
}

/**
 * Starts a server on a free port, and on another one if that was taken meanwhile.
 * @template T @param {(port: number) => Promise<T>} start @returns {Promise<T>}
 */
async function onFreePort(start) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await start(await freePort(0));
    } catch (error) {
      if (!(error instanceof PortTaken) || tries >= portTries) throw error;
    }
  }
}

module.exports = { launch, onFreePort, PortTaken };
