/** Runs a process and restarts it when it dies, until it is stopped. */
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const { ErrorTail, openLog } = require('./log-file');
const { waitForPort } = require('./ports');
const { isAlive, sleep } = require('./processes');
const { red, UserError } = require('./terminal');

const shortestDelay = 200;
const longestDelay = 5000;
const healthyAfter = 30_000;
/** sysexits.h, EX_CONFIG: restarting can't help. */
const exitBadConfig = 78;

/**
 * @typedef {object} Description
 * @property {string} name
 * @property {string[]} command
 * @property {string} log
 * @property {NodeJS.ProcessEnv} env
 * @property {string} cwd
 * @property {'message' | number} readiness it says so by IPC, or it listens on this port
 * @property {boolean} [echo] whether its errors are shown on the terminal
 */

class Supervised {
  /**
   * @param {Description} description
   * @param {{ say: (text: string) => void, changed: () => void }} hooks
   */
  constructor(description, hooks) {
    this.description = description;
    this.hooks = hooks;
    this.stopping = false;
    this.everReady = false;
    this.failures = 0;
    /** @type {import('node:child_process').ChildProcess | undefined} */
    this.child = undefined;
    this.spawnedAt = 0;
    /** @type {Error | undefined} */
    this.fault = undefined;
    const show = (/** @type {string} */ line) =>
      process.stderr.write(`${red(`[${description.name}]`)} ${line}\n`);
    this.tail = description.echo ? new ErrorTail(description.log, show) : undefined;
  }

  get pid() {
    return this.child?.pid ?? null;
  }

  /** Starts the process and waits until it serves. @param {number} timeoutMs */
  async start(timeoutMs = 60_000) {
    this.spawn();
    for (const until = Date.now() + timeoutMs; Date.now() < until; await sleep(20)) {
      if (this.everReady) return;
      if (this.fault) throw this.fault;
      if (this.stopping) throw new UserError('Stopped while starting.');
    }
    throw new UserError(
      `The ${this.description.name} process did not become ready; see ${this.description.log}`,
    );
  }

  spawn() {
    if (this.stopping) return;
    const { command, cwd, env, log, readiness } = this.description;
    const [program = '', ...args] = command;
    const output = openLog(log);
    // An own process group: Ctrl-C only reaches us, and we stop the processes in order.
    const child = spawn(program, args, {
      cwd,
      env,
      detached: true,
      stdio: [
        'ignore',
        output,
        output,
        ...(readiness === 'message' ? /** @type {const} */ (['ipc']) : []),
      ],
    });
    fs.closeSync(output);
    this.child = child;
    this.spawnedAt = Date.now();
    let ended = false;
    const onEnd = (/** @type {string} */ how, /** @type {number | null} */ code) => {
      if (ended) return;
      ended = true;
      this.ended(how, code);
    };
    child.once('error', (error) => onEnd(error.message, null));
    child.once('exit', (code, signal) => onEnd(signal ?? `code ${code}`, code));
    this.watchReadiness(child, () => ended);
    this.hooks.changed();
  }

  /** @param {import('node:child_process').ChildProcess} child @param {() => boolean} ended */
  watchReadiness(child, ended) {
    const { readiness } = this.description;
    if (readiness !== 'message') {
      void waitForPort(readiness, { giveUp: () => ended() || this.stopping }).then(
        (is) => is && this.ready(child),
      );
      return;
    }
    child.on('message', (message) => {
      if (typeof message === 'object' && message && 'ready' in message) this.ready(child);
    });
  }

  /** @param {import('node:child_process').ChildProcess} child */
  ready(child) {
    if (child !== this.child || this.stopping) return;
    if (this.everReady)
      this.hooks.say(`${this.description.name} is ready again (pid ${child.pid})`);
    this.everReady = true;
  }

  /** @param {string} how @param {number | null} code */
  ended(how, code) {
    this.tail?.read();
    this.child = undefined;
    if (this.stopping) return;
    const { name, log } = this.description;
    // It was killed, not broken, so it restarts without a delay.
    const killed = how === 'SIGKILL' || how === 'SIGTERM' || how === 'SIGINT';
    if (Date.now() - this.spawnedAt > healthyAfter) this.failures = 0;
    if (!killed) this.failures += 1;
    if (!this.everReady && (code === exitBadConfig || this.failures >= 3)) {
      this.fault = new UserError(
        `The ${name} process can't start (${how}); its log is ${log}${lastLines(log)}`,
      );
      return;
    }
    const delay = killed
      ? shortestDelay
      : Math.min(shortestDelay * 2 ** (this.failures - 1), longestDelay);
    this.hooks.say(
      `${name} ended (${how}), starting it again in ${delay / 1000} s; its log: ${log}`,
    );
    setTimeout(() => this.spawn(), delay);
  }

  /** Sends SIGTERM, and SIGKILL if the process remains. @param {number} graceMs */
  async stop(graceMs) {
    this.stopping = true;
    const child = this.child;
    if (child?.pid) {
      child.kill('SIGTERM');
      for (const until = Date.now() + graceMs; Date.now() < until && isAlive(child.pid);)
        await sleep(20);
      if (isAlive(child.pid)) child.kill('SIGKILL');
      while (isAlive(child.pid)) await sleep(20);
    }
    this.tail?.close();
  }

  kill() {
    this.stopping = true;
    this.child?.kill('SIGKILL');
  }
}

/** @param {string} log */
function lastLines(log) {
  const text = fs.existsSync(log) ? fs.readFileSync(log, 'utf8').slice(-2000).trim() : '';
  return text ? `\n${text.split('\n').slice(-8).join('\n')}` : '';
}

module.exports = { Supervised };
