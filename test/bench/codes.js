/** Measures a code with a wrong and a right attempt: bare and through the product, with few and then many people. */
'use strict';

const { Client, Connection } = require('@temporalio/client');
const { MongoClient } = require('mongoose').mongo;
const { bareJourney, crowd, restJourney } = require('./journeys');
const { metric, round, settled, summary, usage } = require('./measure');
const { BenchStack } = require('./stack');

/** One person, few (the product then uses both of two cores), and saturation. */
const PEOPLE = [1, 4, 25];
const ROUNDS = 4;
const ROUND_MS = 6_000;
const WARM_UP_MS = 4_000;
/** Number of runs whose cost is counted. */
const COUNTED = 40;

async function benchCodes() {
  const stack = new BenchStack();
  await stack.start();
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const client = new Client({ connection });
  try {
    const arms = {
      bare: bareJourney(client),
      rest: restJourney(stack, await silentNip(stack)),
    };
    for (const journey of Object.values(arms)) await crowd(journey, 8, WARM_UP_MS);
    /** @type {Record<string, unknown>} */
    const levels = {};
    for (const people of PEOPLE) levels[`${people}_people`] = await compare(stack, arms, people);
    return { levels, per_run: await costs(stack, client, arms), reads: await reads(stack) };
  } finally {
    await connection.close();
    await stack.stop();
  }
}

/** A NIP whose connector gives no receipts. @param {BenchStack} stack */
async function silentNip(stack) {
  const connector = { name: 'Silent', kind: 'sandbox', receipts: false };
  const { result } = await stack.call('/v1/connectors', connector);
  return nipOver(stack, result.uuid);
}

/** @param {BenchStack} stack @param {string} connector_uuid */
async function nipOver(stack, connector_uuid) {
  const first_verification = { channel: 'sms', connector_uuid };
  return (await stack.call('/v1/nips', { name: 'Bench', first_verification })).result.uuid;
}

/**
 * @param {BenchStack} stack @param {{ bare: () => Promise<any>, rest: () => Promise<any> }} arms @param {number} people
 */
async function compare(stack, arms, people) {
  const totals = { bare: tally(), rest: tally() };
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const name of /** @type {const} */ (['bare', 'rest'])) {
      const before = cpuOf(stack.pids);
      const { journeys, seconds } = await crowd(arms[name], people, ROUND_MS);
      const total = totals[name];
      total.runs += journeys.length;
      total.seconds += seconds;
      total.checks.push(...journeys.flatMap(({ checks }) => checks));
      total.repeated += sum(journeys.map(({ repeated }) => repeated ?? 0));
      for (const [process, used] of Object.entries(cpuOf(stack.pids))) {
        total.cpu[process] = (total.cpu[process] ?? 0) + used - (before[process] ?? 0);
      }
    }
  }
  const [bare, rest] = [figures(totals.bare), figures(totals.rest)];
  return {
    bare,
    rest,
    throughput_ratio: round(rest.runs_per_second / bare.runs_per_second, 2),
    check_p95_ratio: round(rest.check_ms.p95 / bare.check_ms.p95, 2),
    rss_mib: Object.fromEntries(
      Object.entries(stack.pids).map(([name, pid]) => [name, round(usage(pid).rss, 0)]),
    ),
  };
}

const tally = () => ({
  ...{ runs: 0, seconds: 0, repeated: 0 },
  cpu: /** @type {Record<string, number>} */ ({}),
  checks: /** @type {number[]} */ ([]),
});

/** @param {number[]} all */
const sum = (all) => all.reduce((total, each) => total + each, 0);

/** @param {ReturnType<typeof tally>} total */
function figures({ runs, seconds, checks, cpu, repeated }) {
  return {
    runs_per_second: round(runs / seconds),
    /** Of the machine's, by all processes together. */
    cores_busy: round(sum(Object.values(cpu)) / seconds, 2),
    check_ms: summary(checks),
    repeated,
    cpu_ms_per_run: Object.fromEntries(
      Object.entries(cpu).map(([process, used]) => [process, round((used * 1_000) / runs)]),
    ),
  };
}

/** Seconds of CPU by process, ours too. @param {Record<string, number>} pids */
function cpuOf(pids) {
  const all = Object.entries({ ...pids, client: process.pid });
  return Object.fromEntries(all.map(([name, pid]) => [name, usage(pid).cpu]));
}

/**
 * @param {BenchStack} stack @param {Client} client @param {{ bare: () => Promise<any>, rest: () => Promise<any> }} arms
 */
async function costs(stack, client, arms) {
  const receipts = (await stack.call('/v1/connectors')).result.data.find(
    (/** @type {{ receipts: boolean }} */ each) => each.receipts,
  );
  const nip = await nipOver(stack, receipts.uuid);
  const withReceipts = restJourney(stack, nip, { waitsForReceipt: true });
  return {
    bare: await costOf(stack, client, arms.bare),
    rest_without_receipts: await costOf(stack, client, arms.rest),
    rest_with_receipts: await costOf(stack, client, withReceipts),
  };
}

/** @param {BenchStack} stack @param {Client} client @param {() => Promise<{ id: string }>} journey */
async function costOf(stack, client, journey) {
  const read = async () => ({
    actions: await settled(() => metric(stack.temporalMetrics ?? '', 'action')),
    projections: await metric(
      stack.workerMetrics ?? '',
      'temporal_local_activity_total_total',
      'activity_type="projectRun"',
    ),
    ...(await operations(stack)),
  });
  const before = await read();
  /** @type {string[]} */
  const ids = [];
  for (let each = 0; each < COUNTED; each += 1) ids.push((await journey()).id);
  const after = await read();
  const histories = await Promise.all(
    ids.map(async (id) => {
      const { historyLength, historySize } = await client.workflow.getHandle(id).describe();
      return { events: historyLength, bytes: historySize ?? 0 };
    }),
  );
  const mean = (/** @type {number[]} */ all) => round(all.reduce((a, b) => a + b, 0) / COUNTED, 2);
  return {
    actions: round((after.actions - before.actions) / COUNTED, 2),
    events: mean(histories.map(({ events }) => events)),
    bytes: mean(histories.map(({ bytes }) => bytes)),
    projection_writes: round((after.projections - before.projections) / COUNTED, 2),
    mongodb_writes: round((after.writes - before.writes) / COUNTED, 2),
  };
}

/** Returns MongoDB's own counters. @param {BenchStack} stack */
async function operations(stack) {
  const client = await MongoClient.connect(stack.mongodbUri ?? '');
  try {
    const { opcounters } = await client.db('admin').command({ serverStatus: 1 });
    const { insert = 0, update = 0, delete: deleted = 0, command = 0 } = opcounters ?? {};
    return { writes: insert + update + deleted, commands: command };
  } finally {
    await client.close();
  }
}

/** Measures reads of a run and bare findOne calls of its document, alternating. @param {BenchStack} stack */
async function reads(stack) {
  const created = await stack.call('/v1/workflows', {
    steps: ['acceptance'],
    setup: { acceptance: { text: 'I accept the terms.', version: '1' } },
  });
  const { uuid } = created.result;
  const client = await MongoClient.connect(stack.mongodbUri ?? '');
  const runs = client.db('cerciora').collection('runs');
  /** @type {number[]} */
  const bare = [];
  /** @type {number[]} */
  const rest = [];
  for (let each = 0; each < 300; each += 1) {
    const startedAt = performance.now();
    await runs.findOne({ _id: uuid });
    const between = performance.now();
    await stack.call(`/v1/workflows/${uuid}`);
    rest.push(performance.now() - between);
    bare.push(between - startedAt);
  }
  await client.close();
  return { bare_find_ms: summary(bare), rest_read_ms: summary(rest) };
}

module.exports = { benchCodes };
