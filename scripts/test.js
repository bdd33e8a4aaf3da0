/**
 * `npm test`: one Temporal and one MongoDB-protocol server for the whole run, on free ports and without traces, then Jest.
 * Arguments go to Jest; where they select the unit tests alone, no server is started. The last line counts.
 */
'use strict';

const { spawn } = require('node:child_process');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { failuresOf } = require('./lib/failures');
const { readJson } = require('./lib/files');
const { findFuzzer } = require('./lib/fuzzer');
const { layout } = require('./lib/paths');
const { freePort, waitForPort } = require('./lib/ports');
const { checkNode, prepare } = require('./lib/prepare');
const { endProcess, sleep, watchNpm } = require('./lib/processes');
const { endRunning, run } = require('./lib/run');
const { findPrograms, mongodbArguments, temporalArguments } = require('./lib/servers');
const { dim, fail, say, UserError } = require('./lib/terminal');

const home = path.resolve(__dirname, '..');
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'cerciora-test-'));
/** @type {number[]} */
const servers = [];
let interrupted = false;

/** @param {string[]} args */
function needServers(args) {
  const start = args.findIndex((arg) => /^--selectProjects(=|$)/.test(arg));
  if (start < 0) return true;
  const [first = '', ...rest] = args.slice(start);
  const end = rest.findIndex((arg) => arg.startsWith('-'));
  const named = [...first.split('=').slice(1), ...(end < 0 ? rest : rest.slice(0, end))];
  return named.includes('servers');
}

/** @param {string} name @param {string[]} command @param {number} port */
async function startServer(name, [program = '', ...args], port) {
  const log = path.join(scratch, `${name}.log`);
  const output = fs.openSync(log, 'a');
  // Its own process group: Ctrl-C ends Jest first, and then we end the servers.
  const child = spawn(program, args, {
    cwd: scratch,
    detached: true,
    stdio: ['ignore', output, output],
  });
  fs.closeSync(output);
  let ended = false;
  child.once('exit', () => (ended = true));
  child.once('error', () => (ended = true));
  if (child.pid) servers.push(child.pid);
  if (await waitForPort(port, { giveUp: () => ended || interrupted })) return;
  throw new UserError(`${name} did not start:\n${fs.readFileSync(log, 'utf8').slice(-2000)}`);
}

/** @param {string} program @param {string} address */
async function waitForNamespace(program, address) {
  const question = [
    'operator',
    'namespace',
    'describe',
    '--namespace',
    'default',
    '--address',
    address,
  ];
  for (const until = Date.now() + 30_000; Date.now() < until; await sleep(100)) {
    if ((await run(program, question, { quiet: true })).code === 0) return;
  }
  throw new UserError("Temporal's default namespace did not appear.");
}

/** @param {string | null} program @returns {Promise<string>} */
async function temporalAddress(program) {
  if (process.env.TEMPORAL_ADDRESS || !program) return process.env.TEMPORAL_ADDRESS ?? '';
  const port = await freePort(0);
  const args = temporalArguments({
    port,
    dynamicConfig: { 'frontend.WorkflowTimeSkippingEnabled': true },
  });
  await startServer('temporal', [program, ...args], port);
  await waitForNamespace(program, `127.0.0.1:${port}`);
  return `127.0.0.1:${port}`;
}

/** @param {string[] | null} command @returns {Promise<string>} */
async function mongodbUri(command) {
  if (process.env.MONGODB_URI || !command) return process.env.MONGODB_URI ?? '';
  const port = await freePort(0);
  const dataDir = path.join(scratch, 'mongodb');
  fs.mkdirSync(dataDir);
  await startServer('mongodb', [...command, ...mongodbArguments(command, { port, dataDir })], port);
  return `mongodb://127.0.0.1:${port}/?directConnection=true&retryWrites=false`;
}

/** @returns {Promise<Record<string, string>>} what the tests learn about the servers */
async function startServers() {
  // The programs are needed beside given addresses too: some tests start servers of their own.
  const programs = await findPrograms(layout(home), {
    temporal: true,
    mongodb: true,
    timeSkipping: true,
  });
  const fuzzer = await findFuzzer(layout(home));
  const [temporal, mongodb] = await Promise.all([
    temporalAddress(programs.temporal),
    mongodbUri(programs.mongodb),
  ]);
  return {
    TEST_TEMPORAL_ADDRESS: temporal,
    TEST_MONGODB_URI: mongodb,
    TEST_TEMPORAL_BIN: programs.temporal ?? '',
    TEST_TIME_SKIPPING_BIN: programs.timeSkipping ?? '',
    TEST_MONGODB_CMD: JSON.stringify(programs.mongodb),
    TEST_SCHEMATHESIS_BIN: fuzzer ?? '',
  };
}

/** Tests that start whole stacks of processes and kill them: they have the machine to themselves. */
const STACKS = 'test/(system|stack)/';
/** Tests that take long: they run where they are named alone. */
const LONG = 'test/long/';

/** @param {string[]} args @returns {string[][]} what Jest is called with, one call after the other */
function jestCalls(args) {
  if (args.length === 0) {
    return [
      ['--maxWorkers=2', '--testPathIgnorePatterns', '/node_modules/', STACKS, LONG],
      ['--runInBand', '--selectProjects', 'servers', '--testPathPatterns', STACKS],
    ];
  }
  const isSaid = args.some((arg) => /^(--maxWorkers|-w|--runInBand|-i)\b/.test(arg));
  // First, because Jest takes what follows --selectProjects for names.
  return [[...(isSaid ? [] : ['--maxWorkers=2']), ...args]];
}

/** @param {string[]} args @param {Record<string, string>} env @returns {Promise<string>} the counts; sets the exit code */
async function runTests(args, env) {
  const sum = { passed: 0, failed: 0, skipped: 0 };
  /** @type {string[]} */
  const failures = [];
  for (const call of jestCalls(args)) {
    if (interrupted) break;
    const { passed, failed, skipped, told } = await runJest(call, env);
    failures.push(...told);
    sum.passed += passed;
    sum.failed += failed;
    sum.skipped += skipped;
  }
  for (const failure of failures) say(`\nFailed: ${failure}`);
  process.exitCode = sum.failed ? 1 : 0;
  const { passed, failed, skipped } = sum;
  return `${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`;
}

/** @param {string[]} args @param {Record<string, string>} env */
async function runJest(args, env) {
  const outputFile = path.join(scratch, 'results.json');
  fs.rmSync(outputFile, { force: true });
  const jest = path.join(home, 'node_modules', 'jest', 'bin', 'jest.js');
  // The MongoDB driver imports what it tells a server of its client: without it, mongod refuses the tests.
  const command = [
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    jest,
    '--json',
    `--outputFile=${outputFile}`,
    ...args,
  ];
  const { code } = await run(process.execPath, command, {
    cwd: home,
    env: { ...process.env, ...env },
  });
  const results = readJson(outputFile);
  const passed = results?.numPassedTests ?? 0;
  const skipped = (results?.numPendingTests ?? 0) + (results?.numTodoTests ?? 0);
  const failed = (results?.numFailedTests ?? 0) + (results?.numRuntimeErrorTestSuites ?? 0);
  // Jest also fails without a failed test: none found, or it broke.
  return {
    passed,
    failed: code === 0 ? failed : Math.max(failed, 1),
    skipped,
    told: failuresOf(results),
  };
}

async function cleanUp() {
  await Promise.all(servers.map((pid) => endProcess(pid, 3000)));
  fs.rmSync(scratch, { recursive: true, force: true });
}

async function main() {
  const args = process.argv.slice(2);
  const interrupt = () => {
    interrupted = true;
    endRunning();
  };
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']))
    process.on(signal, interrupt);
  watchNpm('test', interrupt);
  let counts = '0 passed, 1 failed';
  process.exitCode = 1;
  try {
    checkNode(readJson(path.join(home, 'package.json')).engines.node);
    await prepare(home);
    if (needServers(args)) say(dim('Starting Temporal and MongoDB for the tests …'));
    const env = needServers(args) ? await startServers() : {};
    if (!interrupted) counts = await runTests(args, env);
  } catch (error) {
    fail(error);
  } finally {
    await cleanUp();
  }
  say(counts);
  if (interrupted) process.exitCode = 130;
}

void main();
