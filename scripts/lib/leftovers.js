/** Finds and ends processes that an earlier, killed start left behind. */
'use strict';

const { readJson } = require('./files');
const { commandLine, endProcess, isAlive } = require('./processes');

/** @param {import('./paths').Layout} paths @param {string} name @param {number} pid */
function isOurs(paths, name, pid) {
  /** @type {Record<string, string>} */
  const mark = {
    api: paths.api,
    worker: paths.worker,
    temporal: paths.temporalDb,
    mongodb: paths.mongodb,
  };
  // The absolute path of this folder excludes processes of other installations.
  return (
    isAlive(pid) && mark[name] !== undefined && ` ${commandLine(pid)} `.includes(` ${mark[name]} `)
  );
}

/**
 * Returns processes that the dead start recorded and that are verifiably ours.
 * @param {import('./paths').Layout} paths
 * @returns {{ name: string, pid: number }[]}
 */
function findLeftovers(paths) {
  const lists = [readJson(paths.devFile)?.pids, readJson(paths.lockFile)?.children];
  const named = new Map(
    lists.flatMap((pids) => Object.entries(pids ?? {})).map(([name, pid]) => [Number(pid), name]),
  );
  return [...named]
    .map(([pid, name]) => ({ name, pid }))
    .filter(({ name, pid }) => pid > 1 && pid !== process.pid && isOurs(paths, name, pid));
}

/** @param {{ name: string, pid: number }[]} leftovers */
async function endLeftovers(leftovers) {
  for (const { pid } of leftovers) await endProcess(pid, 5000);
}

module.exports = { endLeftovers, findLeftovers };
