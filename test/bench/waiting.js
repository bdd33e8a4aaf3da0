/** Many runs that wait for their people on one worker, whose memory is bounded by its cache; then each is answered. */
'use strict';

const { randomUUID } = require('node:crypto');
const { round, summary, usage } = require('./measure');
const { BenchStack } = require('./stack');

const RUNS = Number(process.env.BENCH_WAITING ?? 10_000);
const CACHED = 1_000;
const AT_ONCE = 25;

async function benchWaiting() {
  const stack = new BenchStack();
  await stack.start({ WORKER_MAX_CACHED_RUNS: String(CACHED) });
  try {
    const idle = usage(stack.pids.worker ?? 0).rss;
    /** @type {string[]} */
    const steps = [];
    const creating = await each(RUNS, async () => {
      const { result } = await persist(stack, '/v1/workflows', {
        steps: ['acceptance'],
        setup: { acceptance: { text: 'I accept the terms.', version: '1' } },
      });
      steps.push(result.steps[0].uuid);
    });
    const waiting = usage(stack.pids.worker ?? 0).rss;
    let peak = waiting;
    let succeeded = 0;
    const answering = await each(RUNS, async (index) => {
      const address = `/v1/steps/${steps[index] ?? ''}/submit`;
      const answer = await persist(stack, address, { data: { accepted: true } });
      if (answer.result?.run.status === 'success') succeeded += 1;
      peak = Math.max(peak, usage(stack.pids.worker ?? 0).rss);
    });
    return {
      runs: RUNS,
      cached: CACHED,
      succeeded,
      worker_rss_mib: { idle: round(idle, 0), waiting: round(waiting, 0), peak: round(peak, 0) },
      created_per_second: round(RUNS / creating.seconds),
      answered_per_second: round(RUNS / answering.seconds),
      answer_ms: summary(answering.ms),
      database: stack.usesMongod ? 'mongod' : 'embedded',
    };
  } finally {
    await stack.stop();
  }
}

/** A call, repeated with its key while the service says that it's busy. @param {BenchStack} stack @param {string} address @param {object} body */
async function persist(stack, address, body) {
  const key = randomUUID();
  for (;;) {
    const answer = await stack.call(address, body, key);
    const isBusy = [503, 429].includes(answer.status);
    if (!isBusy && answer.error?.code !== 'idempotency_in_progress') return answer;
  }
}

/** @param {number} count @param {(index: number) => Promise<void>} work */
async function each(count, work) {
  /** @type {number[]} */
  const ms = [];
  let next = 0;
  const startedAt = performance.now();
  const one = async () => {
    while (next < count) {
      const begunAt = performance.now();
      await work(next++);
      ms.push(performance.now() - begunAt);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return { ms, seconds: (performance.now() - startedAt) / 1_000 };
}

module.exports = { benchWaiting };
