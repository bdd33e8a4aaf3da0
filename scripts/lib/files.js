/** Writes private files atomically, and provides a lock that a dead process releases. */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { isAlive, sleep, startedAt } = require('./processes');

/** @param {string} file @returns {any} what it holds, or nothing */
function readJson(file) {
  try {
    return JSON.parse(fs.readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/** By rename, so that a reader sees the old file or the new one. @param {string} file @param {unknown} value */
function writePrivateJson(file, value) {
  const draft = `${file}.${process.pid}.tmp`;
  fs.rmSync(draft, { force: true });
  fs.writeFileSync(draft, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  fs.renameSync(draft, file);
}

/** @typedef {{ pid: number, started: string, children?: Record<string, number> }} Holder */

/** @param {string} file @returns {Holder | undefined} who holds the lock, if still alive */
function lockHolder(file) {
  const holder = readJson(file);
  if (!holder || !isAlive(holder.pid) || startedAt(holder.pid) !== holder.started) return undefined;
  return holder;
}

/** @returns {Holder} */
const myself = () => ({ pid: process.pid, started: startedAt(process.pid) });

/**
 * Creates the lock as a link to a finished file, so that nobody reads an incomplete one.
 * @param {string} file @returns {boolean} whether the lock is ours now
 */
function tryLock(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const draft = `${file}.${process.pid}.mine`;
  writePrivateJson(draft, myself());
  try {
    fs.linkSync(draft, file);
    return true;
  } catch {
    if (lockHolder(file) || !removeStale(file, `${draft}.stale`)) return false;
    return tryLock(file);
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

/**
 * Removes the lock of a dead process. If another waiter has done so and locked meanwhile, restores its lock.
 * @param {string} file @param {string} aside
 */
function removeStale(file, aside) {
  try {
    fs.renameSync(file, aside);
    if (lockHolder(aside)) {
      fs.renameSync(aside, file);
      return false;
    }
    fs.rmSync(aside, { force: true });
    return true;
  } catch {
    return false;
  }
}

/** @param {string} file */
function unlock(file) {
  if (readJson(file)?.pid === process.pid) fs.rmSync(file, { force: true });
}

/**
 * Runs work in one process at a time; the others wait.
 * @template T @param {string} file @param {(pid: number) => void} onWait @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withLock(file, onWait, work) {
  for (let told = false; !tryLock(file); await sleep(200)) {
    const holder = lockHolder(file);
    if (!told && holder) onWait(holder.pid);
    told = told || Boolean(holder);
  }
  try {
    return await work();
  } finally {
    unlock(file);
  }
}

module.exports = { lockHolder, myself, readJson, tryLock, unlock, withLock, writePrivateJson };
