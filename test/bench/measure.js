/** Computes percentiles, reads Prometheus metrics and process usage. */
'use strict';

const fs = require('node:fs');

/** Clock ticks per second of /proc (sysconf(_SC_CLK_TCK) is 100 on every Linux that Node runs on). */
const TICKS = 100;

/** @param {number[]} figures @param {number} part between 0 and 1 */
function percentile(figures, part) {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN;
}

/** @param {number} figure @param {number} [digits] */
function round(figure, digits = 1) {
  return Number(figure.toFixed(digits));
}

/** @param {number[]} ms */
function summary(ms) {
  return {
    count: ms.length,
    p50: round(percentile(ms, 0.5)),
    p95: round(percentile(ms, 0.95)),
    p99: round(percentile(ms, 0.99)),
  };
}

/** The sum of a metric's series that have all the labels given. @param {string} url @param {string} name @param {string[]} labels */
async function metric(url, name, ...labels) {
  const text = await (await fetch(url)).text();
  return text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => labels.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

/** Seconds of CPU that a process has used, and its resident memory in MiB; zeros where /proc is missing. @param {number} pid */
function usage(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const status = fs.readFileSync(`/proc/${pid}/status`, 'utf8');
    const rss = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0);
    return { cpu: (Number(fields[11]) + Number(fields[12])) / TICKS, rss: rss / 1024 };
  } catch {
    return { cpu: 0, rss: 0 };
  }
}

/** Waits until a figure is stable. @param {() => Promise<number>} read */
async function settled(read) {
  for (let before = await read(); ;) {
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const now = await read();
    if (now === before) return now;
    before = now;
  }
}

module.exports = { metric, percentile, round, settled, summary, usage };
