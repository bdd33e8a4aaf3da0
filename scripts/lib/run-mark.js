/**
 * Finds and ends every process of a test run, including detached ones. They inherit an environment variable with the
 * folders of their run and of the runs around it. Without /proc, files in the folder list the processes.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { isAlive, readProc, sleep, startedAt } = require('./processes');

const variable = 'CERCIORA_TEST_RUN';
const endRounds = 100;

/** Marks this process's later children as part of the run. @param {string} folder the run's own */
function markChildren(folder) {
  const outer = foldersIn(process.env[variable]);
  process.env[variable] = [...outer, folder].join(path.delimiter);
}

/** Returns the variable, for a process that is started with its own environment. @returns {Record<string, string>} */
function mark() {
  const value = process.env[variable];
  return value ? { [variable]: value } : {};
}

/** Records a process in the folders of its run, for systems without /proc. @param {number | undefined} pid */
function noteProcess(pid) {
  if (!pid) return;
  for (const folder of foldersIn(process.env[variable])) {
    // The folder of a finished run is removed.
    if (!fs.existsSync(folder)) continue;
    fs.mkdirSync(path.join(folder, 'pids'), { recursive: true });
    fs.writeFileSync(path.join(folder, 'pids', String(pid)), startedAt(pid));
  }
}

/** @param {string} folder of a run @returns {number[]} pids of the run's processes, without this one */
function processesOf(folder) {
  const pids = new Set([...markedWith(folder), ...notedIn(folder)]);
  pids.delete(process.pid);
  return [...pids].filter(isAlive);
}

/** Kills the run's processes until there are none. @param {string} folder @param {number[]} [spared] */
async function endProcesses(folder, spared = []) {
  for (let round = 0; round < endRounds; round += 1) {
    const pids = processesOf(folder).filter((pid) => !spared.includes(pid));
    if (pids.length === 0) return;
    pids.forEach(kill);
    await sleep(50);
  }
}

/** @param {number} pid */
function kill(pid) {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has ended meanwhile.
  }
}

/** @param {string | undefined} value */
const foldersIn = (value) => (value ? value.split(path.delimiter) : []);

/** @param {string} folder @returns {number[]} */
function markedWith(folder) {
  const names = fs.existsSync('/proc/self/environ') ? fs.readdirSync('/proc') : [];
  return names.filter((name) => /^\d+$/.test(name) && hasMark(Number(name), folder)).map(Number);
}

/** @param {number} pid @param {string} folder */
function hasMark(pid, folder) {
  const entries = (readProc(pid, 'environ') ?? '').split('\0');
  const entry = entries.find((each) => each.startsWith(`${variable}=`));
  return foldersIn(entry?.slice(variable.length + 1)).includes(folder);
}

/** Returns the recorded processes, without those whose pid was reused. @param {string} folder @returns {number[]} */
function notedIn(folder) {
  const notes = path.join(folder, 'pids');
  const names = fs.existsSync(notes) ? fs.readdirSync(notes) : [];
  return names
    .filter((name) => fs.readFileSync(path.join(notes, name), 'utf8') === startedAt(Number(name)))
    .map(Number);
}

module.exports = { endProcesses, mark, markChildren, noteProcess, processesOf };
