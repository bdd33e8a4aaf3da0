/** Manages a running stack: its processes, the file that describes them, and its shutdown. */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { myself, unlock, writePrivateJson } = require('./files');
const { run } = require('./run');
const { mongodbArguments, temporalArguments } = require('./servers');
const { Supervised } = require('./supervised');
const { dim, say, UserError, yellow } = require('./terminal');
const { sleep } = require('./processes');

/** @typedef {'temporal' | 'mongodb' | 'worker' | 'api'} Name */

class Stack {
  /** @param {import('./paths').Layout} paths */
  constructor(paths) {
    this.paths = paths;
    /** @type {Map<Name, Supervised>} */
    this.processes = new Map();
    /** @type {Record<string, unknown> | undefined} */
    this.info = undefined;
    this.stopping = false;
  }

  /** @param {Name} name @param {Omit<import('./supervised').Description, 'name' | 'log' | 'cwd'>} what @param {string} [cwd] */
  async start(name, what, cwd = this.paths.home) {
    if (this.stopping) throw new UserError('Stopped while starting.');
    const log = path.join(this.paths.logs, `${name}.log`);
    const hooks = {
      say: (/** @type {string} */ text) => this.stopping || say(yellow(text)),
      changed: () => this.record(),
    };
    const child = new Supervised({ name, log, cwd, ...what }, hooks);
    this.processes.set(name, child);
    await child.start();
  }

  /** @param {string} program @param {import('./settings').Ports} ports @param {string} namespace */
  async startTemporal(program, ports, namespace) {
    const options = {
      port: ports.temporal,
      uiPort: ports.temporalUi,
      dbFile: this.paths.temporalDb,
      namespace,
    };
    const command = [program, ...temporalArguments(options)];
    await this.start(
      'temporal',
      { command, env: process.env, readiness: ports.temporal },
      this.paths.data,
    );
    // It accepts connections shortly before the namespace exists.
    const question = ['operator', 'namespace', 'describe', '--namespace', namespace];
    const address = ['--address', `127.0.0.1:${ports.temporal}`];
    for (
      const until = Date.now() + 30_000;
      Date.now() < until && !this.stopping;
      await sleep(100)
    ) {
      if ((await run(program, [...question, ...address], { quiet: true })).code === 0) return;
    }
    throw new UserError(
      `Temporal's namespace ${namespace} is not there; see ${this.paths.logs}/temporal.log`,
    );
  }

  /** @param {string[]} command @param {import('./settings').Ports} ports */
  async startMongodb(command, ports) {
    fs.mkdirSync(this.paths.mongodb, { recursive: true });
    const whole = [
      ...command,
      ...mongodbArguments(command, { port: ports.mongodb, dataDir: this.paths.mongodb }),
    ];
    await this.start(
      'mongodb',
      { command: whole, env: process.env, readiness: ports.mongodb },
      this.paths.data,
    );
  }

  /** @param {'api' | 'worker'} name @param {NodeJS.ProcessEnv} env */
  async startOwn(name, env) {
    const command = [process.execPath, '--enable-source-maps', this.paths[name]];
    await this.start(name, { command, env, readiness: 'message', echo: true });
  }

  pids() {
    const pid = (/** @type {Name} */ name) => this.processes.get(name)?.pid ?? null;
    const [api, worker] = [pid('api'), pid('worker')];
    return { start: process.pid, api, worker, temporal: pid('temporal'), mongodb: pid('mongodb') };
  }

  /**
   * Writes the description of the running stack to dev.json, and its settings with keys to settings.json.
   * @param {Record<string, unknown>} info @param {Record<string, string | undefined>} settings
   */
  publish(info, settings) {
    writePrivateJson(this.paths.settingsFile, settings);
    this.info = info;
    this.record();
    return { ...info, pids: this.pids() };
  }

  /** Records the children in the lock at once, in case we are killed before dev.json is written. */
  record() {
    if (this.stopping) return;
    const pids = this.pids();
    writePrivateJson(this.paths.lockFile, { ...myself(), children: pids });
    if (this.info) writePrivateJson(this.paths.devFile, { ...this.info, pids });
  }

  /** Stops API and worker first: they finish their work while their servers run. */
  async stop() {
    this.stopping = true;
    const stop = (/** @type {Name[]} */ names) =>
      Promise.all(names.map((name) => this.processes.get(name)?.stop(10_000)));
    await stop(['api', 'worker']);
    await stop(['temporal', 'mongodb']);
    this.forget();
  }

  /** Kills all processes immediately. */
  kill() {
    this.stopping = true;
    for (const child of this.processes.values()) child.kill();
    this.forget();
  }

  forget() {
    fs.rmSync(this.paths.devFile, { force: true });
    fs.rmSync(this.paths.settingsFile, { force: true });
    unlock(this.paths.lockFile);
  }

  announceStop() {
    say();
    say(dim('Stopping API, worker, Temporal and MongoDB …'));
  }
}

module.exports = { Stack };
