/** Measures many waiting runs on one worker, whose cache limits its memory; then sends each a submission. */
'use strict';

const { randomUUID } = require('node:crypto');
const { say } = require('../../scripts/lib/terminal');
const { metric, round, summary, usage } = require('./measure');
const { BenchStack } = require('./stack');

const RUNS = Number(process.env.BENCH_WAITING ?? 10_000);
const CACHED = Number(process.env.BENCH_CACHED ?? 1_000);
const AT_ONCE = 25;
const SAMPLE_MS = 250;

async function benchWaiting() {
  const stack = new BenchStack();
  await stack.start({ WORKER_MAX_CACHED_RUNS: String(CACHED) });
  const memory = new Memory(stack.pids.worker ?? 0);
  try {
    const idle = memory.now;
    /** @type {string[]} */
    const steps = [];
    const creating = await each('created', memory, async () => {
      const { result } = await persist(stack, '/v1/workflows', {
        steps: ['acceptance'],
        setup: { acceptance: { text: 'I accept the terms.', version: '1' } },
      });
      steps.push(result.steps[0].uuid);
    });
    const created = memory.peak;
    let succeeded = 0;
    const answering = await each('answered', memory, async (index) => {
      const address = `/v1/steps/${steps[index] ?? ''}/submit`;
      const answer = await persist(stack, address, { data: { accepted: true } });
      if (answer.result?.run.status === 'success') succeeded += 1;
    });
    return {
      ...{ runs: RUNS, cached: CACHED, succeeded, evicted: await evicted(stack) },
      worker_rss_mib: { idle, peak_creating: created, peak: memory.peak, afterwards: memory.now },
      worker_cpu_ms_per_run: round((usage(stack.pids.worker ?? 0).cpu * 1_000) / RUNS),
      created_per_second: round(RUNS / creating.seconds),
      answered_per_second: round(RUNS / answering.seconds),
      answer_ms: summary(answering.ms),
      database: stack.database,
    };
  } finally {
    memory.stop();
    await stack.stop();
  }
}

/** Records the memory of a process in MiB, four times a second. */
class Memory {
  /** @param {number} pid */
  constructor(pid) {
    this.pid = pid;
    this.peak = this.now;
    this.timer = setInterval(() => (this.peak = Math.max(this.peak, this.now)), SAMPLE_MS);
  }

  get now() {
    return round(usage(this.pid).rss, 0);
  }

  stop() {
    clearInterval(this.timer);
  }
}

/** Counts runs that were evicted from the cache. @param {BenchStack} stack */
function evicted(stack) {
  return metric(stack.workerMetrics ?? '', 'temporal_sticky_cache_total_forced_eviction_total');
}

/**
 * Makes a call, and retries it with its key while the service is busy. @param {BenchStack} stack @param {string}
 * address @param {object} body
 */
async function persist(stack, address, body) {
  const key = randomUUID();
  for (;;) {
    const answer = await stack.patientCall(address, body, key);
    if (answer.error?.code !== 'idempotency_in_progress') return answer;
  }
}

/**
 * Prints the progress at every tenth. @param {string} what @param {Memory} memory @param {(index: number) =>
 * Promise<void>} work
 */
async function each(what, memory, work) {
  /** @type {number[]} */
  const ms = [];
  let next = 0;
  const startedAt = performance.now();
  const seconds = () => (performance.now() - startedAt) / 1_000;
  const one = async () => {
    while (next < RUNS) {
      const begunAt = performance.now();
      await work(next++);
      ms.push(performance.now() - begunAt);
      if (ms.length % Math.ceil(RUNS / 10) > 0) continue;
      say(`  ${ms.length} ${what} in ${round(seconds(), 0)} s, worker ${memory.now} MiB`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { ms, seconds: seconds() };
}

module.exports = { benchWaiting };
