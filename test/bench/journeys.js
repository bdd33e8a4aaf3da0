/** One person's code: on Temporal alone, and through the product's REST API. */
'use strict';

const { randomInt, randomUUID } = require('node:crypto');
const { deriveCode } = require('../../dist/platform/crypto/codes');
const { parseKeyring } = require('../../dist/platform/crypto/keyring');

/** Think time between two steps in milliseconds; random, to avoid synchronization with the server. */
const THINK_MS = [60, 110];

const think = () => new Promise((resolve) => setTimeout(resolve, randomInt(...THINK_MS)));

/** @typedef {{ checks: number[], reads: number[], repeated: number, id: string }} Journey milliseconds of each check and read */

/** @template Result @param {number[]} into @param {() => Promise<Result>} work */
async function timed(into, work) {
  const startedAt = performance.now();
  const result = await work();
  into.push(performance.now() - startedAt);
  return result;
}

/** @param {import('@temporalio/client').Client} client @returns {() => Promise<Journey>} */
function bareJourney(client) {
  return async () => {
    /** @type {Journey} */
    const journey = { checks: [], reads: [], repeated: 0, id: randomUUID() };
    const handle = await client.workflow.start('bare', {
      workflowId: journey.id,
      taskQueue: 'bare',
    });
    for (const digest of ['wrong', 'right']) {
      await think();
      const answer = await timed(journey.checks, () =>
        handle.executeUpdate('check', { args: [digest] }),
      );
      expect(answer.verified === (digest === 'right'), 'a bare check has the wrong verdict');
    }
    await think();
    await timed(journey.reads, () => handle.describe());
    return journey;
  };
}

/**
 * @param {import('./stack').BenchStack} stack @param {string} nip
 * @param {{ waitsForReceipt?: boolean }} [options] @returns {() => Promise<Journey>}
 */
function restJourney(stack, nip, { waitsForReceipt = false } = {}) {
  const keys = parseKeyring(stack.env?.CODE_KEYS ?? '');
  return async () => {
    const phone = `+57310${String(randomInt(10_000_000)).padStart(7, '5')}`.replace(
      /.{4}$/,
      '5555',
    );
    const setup = { verify_phone_number: { nip_uuid: nip, phone } };
    const creation = { steps: ['verify_phone_number'], setup };
    const created = await stack.patientCall('/v1/workflows', creation);
    expect(created.status === 200, `a run was not created: ${JSON.stringify(created.error)}`);
    const { uuid, steps } = created.result;
    const step = steps[0].uuid;
    const code = deriveCode(keys, keys.current.id, place(uuid, step), 6);
    /** @type {Journey} */
    const journey = { checks: [], reads: [], repeated: 0, id: uuid };
    if (waitsForReceipt) await untilDelivered(stack, step);
    for (const [typed, status] of /** @type {const} */ ([
      [wrong(code), 422],
      [code, 200],
    ])) {
      const answer = await typeCode(stack, step, typed, journey);
      expect(
        answer.status === status,
        `a check was answered ${answer.status} ${answer.error?.code}`,
      );
    }
    await think();
    const read = await timed(journey.reads, () => stack.call(`/v1/workflows/${uuid}`));
    expect(read.result.status === 'success', `a run ended as ${read.result.status}`);
    return journey;
  };
}

/**
 * Types a code; nobody can do that before it has gone out, so that such a try is none. A 503 is repeated with the same
 * Idempotency-Key, and its time counts.
 * @param {import('./stack').BenchStack} stack @param {string} step @param {string} code @param {Journey} journey
 */
async function typeCode(stack, step, code, journey) {
  for (;;) {
    await think();
    const key = randomUUID();
    const answer = await timed(journey.checks, async () => {
      for (;;) {
        const given = await stack.call(`/v1/steps/${step}/submit`, { data: { code } }, key);
        if (given.status !== 503 && given.error?.code !== 'idempotency_in_progress') return given;
        journey.repeated += 1;
      }
    });
    if (answer.error?.code !== 'code_expired') return answer;
    journey.checks.pop();
  }
}

/** @param {string} run_uuid @param {string} step_uuid */
const place = (run_uuid, step_uuid) => ({ run_uuid, step_uuid, order: 1, issue: 1 });

/** @param {string} code */
const wrong = (code) => code.replace(/^./, (digit) => String((Number(digit) + 1) % 10));

/** @param {import('./stack').BenchStack} stack @param {string} step */
async function untilDelivered(stack, step) {
  for (let tries = 0; tries < 200; tries += 1) {
    const { result } = await stack.call(`/v1/steps/${step}`);
    if (result.payload?.verifications[0].sends[0]?.status === 'delivered') return;
    await think();
  }
  throw new Error('no receipt came');
}

/** @param {boolean} holds @param {string} otherwise */
function expect(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

/**
 * Repeats the journey with this many people until the time is over.
 * @param {() => Promise<Journey>} journey @param {number} people @param {number} durationMs
 */
async function crowd(journey, people, durationMs) {
  /** @type {Journey[]} */
  const journeys = [];
  const startedAt = performance.now();
  const one = async () => {
    while (performance.now() - startedAt < durationMs) journeys.push(await journey());
  };
  await Promise.all(Array.from({ length: people }, one));
  return { journeys, seconds: (performance.now() - startedAt) / 1_000 };
}

module.exports = { bareJourney, crowd, restJourney };
