/** Compares the first page of a list with its thousandth, by cursor. */
'use strict';

const { randomUUID } = require('node:crypto');
const { MongoClient } = require('mongoose').mongo;
const { round, summary } = require('./measure');
const { BenchStack } = require('./stack');

const RUNS = 10_000;
const PER_PAGE = 10;
const ROUNDS = 60;
/** Documents written at once. */
const BATCH = 500;

async function benchLists() {
  const stack = new BenchStack();
  await stack.start();
  try {
    await fill(stack);
    const thousandth = await cursorAfter(stack, RUNS - PER_PAGE);
    /** @type {Record<'first' | 'thousandth', number[]>} */
    const ms = { first: [], thousandth: [] };
    for (let each = 0; each < ROUNDS; each += 1) {
      for (const [name, from] of /** @type {const} */ ([
        ['first', null],
        ['thousandth', thousandth],
      ])) {
        const startedAt = performance.now();
        const { result } = await list(stack, PER_PAGE, from);
        ms[name].push(performance.now() - startedAt);
        if (result.length !== PER_PAGE) throw new Error(`the ${name} page is not full`);
      }
    }
    const [first, last] = [summary(ms.first), summary(ms.thousandth)];
    return {
      ...{ runs: RUNS, per_page: PER_PAGE, first_ms: first, thousandth_ms: last },
      ratio: round(last.p50 / first.p50, 2),
      database: stack.database,
    };
  } finally {
    await stack.stop();
  }
}

/** Creates one run by the API, and copies of its document: only the list is measured. @param {BenchStack} stack */
async function fill(stack) {
  const body = {
    steps: ['acceptance'],
    setup: { acceptance: { text: 'I accept the terms.', version: '1' } },
  };
  const { result } = await stack.call('/v1/workflows', body);
  const client = await MongoClient.connect(stack.mongodbUri ?? '');
  try {
    const runs = client.db('cerciora').collection('runs');
    const one = await runs.findOne({ _id: result.uuid });
    if (one === null) throw new Error('the run is not stored');
    for (let made = 1; made < RUNS; made += BATCH) {
      const count = Math.min(BATCH, RUNS - made);
      await runs.insertMany(Array.from({ length: count }, (_, each) => copyOf(one, made + each)));
    }
  } finally {
    await client.close();
  }
}

/** @param {import('mongoose').mongo.Document} one @param {number} index @returns {any} an older run */
function copyOf(one, index) {
  const uuid = randomUUID();
  const created_at = new Date(one.created_at.getTime() - index * 1_000);
  return {
    ...{ ...one, _id: uuid, created_at },
    view: {
      ...{ ...one.view, uuid, created_at: created_at.getTime() },
      steps: one.view.steps.map((/** @type {object} */ step) => ({ ...step, uuid: randomUUID() })),
    },
    search: { ...one.search, place: `${created_at.toISOString()}/${uuid}` },
  };
}

/** @param {BenchStack} stack @param {number} count @returns {Promise<string | null>} where so many runs were passed */
async function cursorAfter(stack, count) {
  /** @type {string | null} */
  let cursor = null;
  for (let seen = 0; seen < count;) {
    const size = Math.min(100, count - seen);
    cursor = (await list(stack, size, cursor)).headers.get('x-next-cursor');
    seen += size;
  }
  return cursor;
}

/** @param {BenchStack} stack @param {number} size @param {string | null} cursor */
function list(stack, size, cursor) {
  const at = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
  return stack.call(`/v1/workflows?per_page=${size}${at}`);
}

module.exports = { benchLists };
