/** Paths of all files that the launcher reads and writes, and of the programs that it starts. */
'use strict';

const path = require('node:path');

/** The project's own programs, relative to its root; docker-compose.yml uses the same ones. */
const entryPoints = Object.freeze({
  api: 'dist/api/main.js',
  worker: 'dist/workers/main.js',
  cli: 'dist/cli.js',
  bundle: 'dist/workers/bundle.js',
});

/**
 * @typedef {ReturnType<typeof layout>} Layout
 * @param {string} home the project's root
 */
function layout(home) {
  const state = path.join(home, '.cerciora');
  const data = path.join(state, 'data');
  return {
    home,
    state,
    data,
    logs: path.join(state, 'logs'),
    servers: path.join(state, 'servers'),
    fuzzer: path.join(state, 'fuzzer'),
    devFile: path.join(state, 'dev.json'),
    settingsFile: path.join(state, 'settings.json'),
    lockFile: path.join(state, 'start.lock'),
    prepareLock: path.join(state, 'prepare.lock'),
    secrets: path.join(data, 'secrets.json'),
    temporalDb: path.join(data, 'temporal.db'),
    mongodb: path.join(data, 'mongodb'),
    requirements: path.join(__dirname, '..', 'servers-requirements.txt'),
    fuzzerRequirements: path.join(__dirname, '..', 'fuzz-requirements.txt'),
    api: path.join(home, entryPoints.api),
    worker: path.join(home, entryPoints.worker),
    cli: path.join(home, entryPoints.cli),
    bundle: path.join(home, entryPoints.bundle),
  };
}

module.exports = { entryPoints, layout };
