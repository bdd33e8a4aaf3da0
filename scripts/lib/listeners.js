/** Finds out which process listens on a port, where the system has /proc. */
'use strict';

const fs = require('node:fs');
const { isAlive, readProc } = require('./processes');

/** State of a listening socket in /proc/net/tcp. */
const listening = '0A';

/**
 * Returns true when the process or one of its descendants listens on the port. Where that can't be found out, true
 * while the process is alive.
 * @param {number} pid @param {number} port
 */
function isListening(pid, port) {
  const tables = ['tcp', 'tcp6'].map((name) => readProc('self', `net/${name}`));
  if (tables.every((table) => table === undefined)) return isAlive(pid);
  const inodes = new Set(tables.flatMap((table) => inodesOf(table ?? '', port)));
  const sockets = familyOf(pid).map(socketsOf);
  if (sockets.some((each) => each === undefined)) return isAlive(pid);
  return sockets.some((each) => each?.some((inode) => inodes.has(inode)));
}

/** @param {string} table as /proc/net/tcp has it @param {number} port @returns {string[]} */
function inodesOf(table, port) {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, local = '', , state]) => local.endsWith(suffix) && state === listening)
    .map((columns) => columns[9] ?? '');
}

/** @param {number} pid @returns {string[] | undefined} inodes of its sockets; undefined where they can't be read */
function socketsOf(pid) {
  try {
    const folder = `/proc/${pid}/fd`;
    return fs.readdirSync(folder).flatMap((name) => {
      const target = linkTarget(`${folder}/${name}`);
      return /^socket:\[(\d+)\]$/.exec(target)?.[1] ?? [];
    });
  } catch (error) {
    // A process that has ended meanwhile has none.
    return error instanceof Error && 'code' in error && error.code === 'EACCES' ? undefined : [];
  }
}

/** @param {string} file @returns {string} '' where it was closed meanwhile */
function linkTarget(file) {
  try {
    return fs.readlinkSync(file);
  } catch {
    return '';
  }
}

/** @param {number} pid @returns {number[]} it and its descendants */
function familyOf(pid) {
  const family = new Set([pid]);
  const parents = fs
    .readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(Number(name))]);
  for (let size = 0; size < family.size;) {
    size = family.size;
    for (const [child = 0, parent = 0] of parents) if (family.has(parent)) family.add(child);
  }
  return [...family];
}

/** @param {number} pid */
function parentOf(pid) {
  const stat = readProc(pid, 'stat') ?? '';
  // Field 4, counted after the name, which may hold spaces and brackets.
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0);
}

module.exports = { isListening };
