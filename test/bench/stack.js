/** Runs the product on its own servers, with the bare worker beside it: on loopback, in a temporary folder. */
'use strict';

const { spawn } = require('node:child_process');
const { randomBytes, randomUUID } = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { setTimeout } = require('node:timers/promises');
const { entryPoints, layout } = require('../../scripts/lib/paths');
const { freePort, host, waitForPort } = require('../../scripts/lib/ports');
const { run } = require('../../scripts/lib/run');
const { endProcess } = require('../../scripts/lib/processes');
const { findPrograms, mongodbArguments, temporalArguments } = require('../../scripts/lib/servers');

const home = path.resolve(__dirname, '../..');
/** A test key, as `setup` accepts it. */
const newKey = () =>
  `test_${randomBytes(9).toString('hex').slice(0, 12)}|${randomBytes(32).toString('base64url').replace(/[-_]/g, 'x').slice(0, 43)}`;
const key = () => `bench:${randomBytes(32).toString('base64')}`;

class BenchStack {
  constructor() {
    this.folder = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-bench-'));
    /** @type {Record<string, number>} */
    this.pids = {};
    this.testKey = newKey();
  }

  /** @param {Record<string, string>} [more] of the product's environment */
  async start(more = {}) {
    const programs = await findPrograms(layout(home), { temporal: true, mongodb: true });
    const [temporal, temporalMetrics, mongodb, api, worker, metrics] = await this.ports(6);
    this.temporalAddress = `${host}:${temporal}`;
    this.temporalMetrics = `http://${host}:${temporalMetrics}/metrics`;
    this.workerMetrics = `http://${host}:${worker}/metrics`;
    this.apiMetrics = `http://${host}:${metrics}/metrics`;
    this.url = `http://${host}:${api}`;
    this.mongodbUri = `mongodb://${host}:${mongodb}/cerciora?directConnection=true&retryWrites=false`;
    const server = path.basename(programs.mongodb?.at(-1) ?? '');
    this.database = server === 'secantus' ? 'embedded' : server;
    const dbFile = path.join(this.folder, 'temporal.db');
    const dataDir = path.join(this.folder, 'mongodb');
    fs.mkdirSync(dataDir);
    const temporalArgs = temporalArguments({ port: temporal, dbFile });
    this.spawn('temporal', [
      programs.temporal ?? '',
      ...temporalArgs,
      '--metrics-port',
      String(temporalMetrics),
    ]);
    const command = programs.mongodb ?? [];
    this.spawn('mongodb', [...command, ...mongodbArguments(command, { port: mongodb, dataDir })]);
    await Promise.all([waitForPort(temporal), waitForPort(mongodb)]);
    this.env = { ...this.environment(api), ...more };
    await this.addAccount(this.testKey);
    await Promise.all([
      this.spawnNode('worker', entryPoints.worker, { METRICS_PORT: String(worker) }),
      this.spawnNode('api', entryPoints.api, { METRICS_PORT: String(metrics) }),
      this.spawnNode('bare', 'test/bench/bare-worker.js'),
    ]);
  }

  /** @param {number} count */
  async ports(count) {
    /** @type {number[]} */
    const ports = [];
    while (ports.length < count) ports.push(await freePort(0, ports));
    return /** @type {[number, number, number, number, number, number]} */ (ports);
  }

  /** @param {number} port */
  environment(port) {
    return {
      PATH: process.env.PATH ?? '',
      NODE_ENV: 'development',
      LOG_LEVEL: 'warn',
      SANDBOX_ENABLED: 'true',
      PORT: String(port),
      TEMPORAL_ADDRESS: this.temporalAddress ?? '',
      MONGODB_URI: this.mongodbUri ?? '',
      ENCRYPTION_KEYS: key(),
      CODE_KEYS: key(),
      HASH_KEYS: key(),
    };
  }

  /** Creates an account, with its sandbox, and a test key of it; returns the key. */
  async addAccount(testKey = newKey()) {
    const env = { ...this.env, SETUP_ACCOUNT_UUID: randomUUID(), SETUP_TEST_KEY: testKey };
    const command = [path.join(home, entryPoints.cli), 'setup', '--json'];
    const { code, output } = await run(process.execPath, command, { cwd: home, env, quiet: true });
    if (code !== 0) throw new Error(`setup failed:\n${output}`);
    return testKey;
  }

  /** @param {string} name @param {string[]} command @param {NodeJS.ProcessEnv} [env] @param {boolean} [tells] */
  spawn(name, [program = '', ...args], env = process.env, tells = false) {
    const log = fs.openSync(path.join(this.folder, `${name}.log`), 'a');
    const stdio = /** @type {import('node:child_process').StdioOptions} */ ([
      'ignore',
      log,
      log,
      ...(tells ? ['ipc'] : []),
    ]);
    const child = spawn(program, args, { cwd: home, env, stdio });
    fs.closeSync(log);
    this.pids[name] = child.pid ?? 0;
    return child;
  }

  /** @param {string} name @param {string} file @param {Record<string, string>} [more] */
  async spawnNode(name, file, more = {}) {
    const env = { ...this.env, ...more };
    const child = this.spawn(name, [process.execPath, path.join(home, file)], env, true);
    await new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) =>
        reject(new Error(`${name} ended with ${code}; see ${this.folder}`)),
      );
    });
  }

  /** One call of the REST API. @param {string} address @param {object} [body] @param {string} [idempotencyKey] */
  async call(address, body, idempotencyKey) {
    const response = await fetch(this.url + address, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${this.testKey}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = /** @type {any} */ (await response.json());
    return { status: response.status, headers: response.headers, ...answer };
  }

  /** Repeats a call after `Retry-After` while the account has too many in progress, or the service is busy. @param {Parameters<BenchStack['call']>} given */
  async patientCall(...given) {
    for (;;) {
      const answer = await this.call(...given);
      if (![429, 503].includes(answer.status)) return answer;
      await setTimeout(Number(answer.headers.get('retry-after')) * 1_000);
    }
  }

  async stop() {
    await Promise.all(['api', 'worker', 'bare'].map((name) => this.end(name)));
    await Promise.all(['temporal', 'mongodb'].map((name) => this.end(name)));
    fs.rmSync(this.folder, { recursive: true, force: true });
  }

  /** @param {string} name */
  async end(name) {
    const pid = this.pids[name];
    if (pid) await endProcess(pid, 5_000);
  }
}

module.exports = { BenchStack };
