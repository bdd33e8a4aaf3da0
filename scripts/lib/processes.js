/** Inspects and ends processes by pid. Reads /proc first, because small containers have no `ps`. */
'use strict';

const { spawnSync } = require('node:child_process');
const fs = require('node:fs');

/** @param {number} ms */
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** @param {number | null | undefined} pid */
function isAlive(pid) {
  if (!pid) return false;
  try {
    process.kill(pid, 0);
    // A zombie accepts signals but does not run.
    return !/^\d+ \(.*\) Z/s.test(readProc(pid, 'stat') ?? '');
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** @param {number | 'self'} pid @param {string} name @returns {string | undefined} undefined where there's no such file */
function readProc(pid, name) {
  try {
    return fs.readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return undefined;
  }
}

/** @param {number} pid @param {string} column */
function ps(pid, column) {
  const result = spawnSync('ps', ['-ww', '-o', `${column}=`, '-p', String(pid)], {
    encoding: 'utf8',
  });
  return (result.stdout ?? '').trim();
}

/** Returns the command line, or '' if there is no such process. @param {number} pid */
function commandLine(pid) {
  const found = readProc(pid, 'cmdline');
  return found === undefined ? ps(pid, 'command') : found.split('\0').join(' ').trim();
}

/** Returns the start time, which distinguishes a process from a later one with the same pid. @param {number} pid */
function startedAt(pid) {
  const stat = readProc(pid, 'stat');
  if (stat === undefined) return ps(pid, 'lstart');
  // Field 22, counted after the name, which may hold spaces and brackets.
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

/** Sends SIGTERM, then SIGKILL if the process remains. @param {number} pid @param {number} graceMs */
async function endProcess(pid, graceMs) {
  for (const [signal, limit] of /** @type {const} */ ([
    ['SIGTERM', graceMs],
    ['SIGKILL', 5000],
  ])) {
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    for (const until = Date.now() + limit; Date.now() < until && isAlive(pid);) await sleep(25);
    if (!isAlive(pid)) return;
  }
}

/**
 * Watches for the end of npm, whose shell does not forward signals: `npm start` would leave its processes behind.
 * @param {string[]} scripts npm's names of this script: started otherwise, we may outlive our parent
 * @param {() => void} onGone
 */
function watchNpm(scripts, onGone) {
  if (!scripts.includes(process.env.npm_lifecycle_event ?? '')) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onGone();
  }, 250);
  timer.unref();
}

module.exports = { commandLine, endProcess, isAlive, readProc, sleep, startedAt, watchNpm };
