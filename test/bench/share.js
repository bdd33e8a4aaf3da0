/** Measures an account's creation and submission, first alone and then while another account floods the API. */
'use strict';

const { fork } = require('node:child_process');
const { once } = require('node:events');
const { say } = require('../../scripts/lib/terminal');
const { round, summary } = require('./measure');
const { BenchStack } = require('./stack');

const WARM_UP_MS = 3_000;
const QUIET_MS = 12_000;
const FLOOD_MS = 20_000;
/** Parallel creations of the account that floods. */
const AT_ONCE = 24;
/** The promise: p95 beside a flood is at most this multiple of the quiet p95. */
const PROMISED_RATIO = 3;

const CREATION = {
  steps: ['acceptance'],
  setup: { acceptance: { text: 'I accept the terms.', version: '1' } },
};

async function benchShare() {
  const stack = new BenchStack();
  try {
    await stack.start();
    const flooding = await stack.addAccount();
    await measure(stack, WARM_UP_MS);
    const quiet = await measure(stack, QUIET_MS);
    const flood = new Flood(stack.url, flooding);
    await flood.start();
    const beside = await measure(stack, FLOOD_MS);
    const ratio = round(beside.ms.p95 / quiet.ms.p95, 2);
    say(`  p95 ${quiet.ms.p95} ms alone, ${beside.ms.p95} ms beside the flood: ${ratio} times`);
    return {
      quiet: quiet.ms,
      beside_flood: beside.ms,
      refused: { quiet: quiet.refused, beside_flood: beside.refused },
      p95_ratio: ratio,
      promised_ratio: PROMISED_RATIO,
      flood: { parallel: AT_ONCE, per_second: await flood.stop() },
    };
  } finally {
    await stack.stop();
  }
}

/** Repeats creation and submission, one after another. @param {BenchStack} stack @param {number} durationMs */
async function measure(stack, durationMs) {
  /** @type {number[]} */
  const ms = [];
  let refused = 0;
  for (const end = performance.now() + durationMs; performance.now() < end;) {
    const startedAt = performance.now();
    const created = await stack.call('/v1/workflows', CREATION);
    const step = created.result?.steps[0].uuid;
    const body = { data: { accepted: true } };
    const answer = created.status === 200 && (await stack.call(`/v1/steps/${step}/submit`, body));
    if (answer && answer.status === 200) ms.push(performance.now() - startedAt);
    else refused += 1;
  }
  return { ms: summary(ms), refused };
}

/** Another account's parallel creations, from a process of their own. */
class Flood {
  /** @param {string} url @param {string} key */
  constructor(url, key) {
    const options = { url, key, body: CREATION, parallel: AT_ONCE };
    this.child = fork(require.resolve('./flood'), [JSON.stringify(options)]);
  }

  /** Resolves once the first creations are under way. */
  async start() {
    await once(this.child, 'message');
  }

  /** Ends it; returns the responses per second, by status. */
  async stop() {
    const counted = once(this.child, 'message');
    this.child.send('stop');
    const [counts] = await counted;
    this.child.disconnect();
    return counts;
  }
}

module.exports = { benchShare };
