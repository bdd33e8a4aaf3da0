/** Measures the longest block of the API's event loop for each hostile input, by the API's own metric. */
'use strict';

const { loadTypescript } = require('./load-typescript');
const { metric, round } = require('./measure');
const { BenchStack } = require('./stack');

/** The promised maximum, in milliseconds. */
const PROMISED_MS = 250;
/** Inputs after this time are left out; the result names their number. */
const LIMIT_MS = 60_000;
const UPLOAD_TYPES = [
  ...['image/jpeg', 'image/png', 'image/webp', 'video/mp4', 'video/webm'],
  ...['audio/mpeg', 'audio/mp4', 'application/pdf'],
];

const FILES_PER_STEP = 20;

/** @typedef {{ name: string, send: () => Promise<{ status: number }> }} Input */

async function benchBlock() {
  loadTypescript();
  const stack = new BenchStack();
  try {
    await stack.start();
    const inputs = await inputsFor(stack);
    await Promise.all(Array.from({ length: 8 }, () => stack.call('/v1/workflows')));
    const quiet = await blockOf(stack, () => stack.call('/v1/workflows'));
    /** @type {{ name: string, status: number, ms: number }[]} */
    const measured = [];
    const end = performance.now() + LIMIT_MS;
    for (const { name, send } of inputs) {
      if (performance.now() > end) break;
      const { ms, status } = await blockOf(stack, send);
      measured.push({ name, status, ms });
    }
    const slowest = [...measured].sort((a, b) => b.ms - a.ms);
    return {
      ...{ promised_ms: PROMISED_MS, quiet_ms: quiet.ms, longest_ms: slowest[0]?.ms },
      ...{ over: slowest.filter(({ ms }) => ms > PROMISED_MS).length, inputs: measured.length },
      left_out: inputs.length - measured.length,
      blocks: Object.fromEntries(
        slowest.map(({ name, status, ms }) => [name, `${ms} ms, ${status}`]),
      ),
    };
  } finally {
    await stack.stop();
  }
}

/** Sends a request; returns the longest block in milliseconds. @param {BenchStack} stack @param {Input['send']} send */
async function blockOf(stack, send) {
  // Reading the metric resets it.
  await longestBlock(stack);
  const { status } = await send();
  return { status, ms: round((await longestBlock(stack)) * 1_000) };
}

/** @param {BenchStack} stack */
function longestBlock(stack) {
  return metric(stack.apiMetrics ?? '', 'nodejs_eventloop_lag_max_seconds');
}

/** @param {BenchStack} stack @returns {Promise<Input[]>} */
async function inputsFor(stack) {
  return [
    ...patterns(stack),
    ...expressions(stack),
    ...(await callbacks(stack)),
    ...(await lists(stack)),
    ...(await files(stack)),
  ];
}

/** @param {BenchStack} stack @returns {Input[]} */
function patterns(stack) {
  const { HOSTILE_PATTERNS } = require('../support/hostile-patterns.ts');
  return HOSTILE_PATTERNS.map((/** @type {string} */ pattern, /** @type {number} */ index) => ({
    name: `form pattern ${index}`,
    send: () => {
      const field = { key: 'a', label: 'A', type: 'text', max: 10_000, pattern };
      return stack.call('/v1/forms', { name: `Hostile ${index}`, fields: [field] });
    },
  }));
}

/** @param {BenchStack} stack @returns {Input[]} */
function expressions(stack) {
  const texts = [
    '('.repeat(100_000),
    '/*'.repeat(100_000),
    'a'.repeat(500_000),
    '1^'.repeat(2_000),
  ];
  return texts.map((expression, index) => ({
    name: `expression ${index}`,
    send: () => stack.call('/v1/expressions/validate', { expression }),
  }));
}

/** @param {BenchStack} stack @returns {Promise<Input[]>} */
async function callbacks(stack) {
  const { result } = await stack.patientCall('/v1/connectors', {
    ...{ name: 'Hostile', kind: 'twilio', sender: { sms: '+15005550006' } },
    credentials: { account_sid: `AC${'0'.repeat(32)}`, auth_token: '0'.repeat(32) },
  });
  const fields = (/** @type {number} */ count) =>
    Array.from({ length: count }, (_, index) => index.toString(36).padStart(4, 'a')).join('&');
  const signature = `${'A'.repeat(27)}=`;
  return [500, 12_000, 400_000].map((count) => ({
    name: `unsigned callback of ${count} fields`,
    send: () =>
      fetch(`${stack.url}/callbacks/twilio/${result.uuid}`, {
        ...{ method: 'POST', body: fields(count) },
        headers: { 'x-twilio-signature': signature },
      }),
  }));
}

/** @param {BenchStack} stack @returns {Promise<Input[]>} */
async function lists(stack) {
  const people_uuid = '11111111-1111-4111-8111-111111111111';
  const creation = {
    ...{ people_uuid, metadata: { a: 'x'.repeat(480_000) }, steps: ['acceptance'] },
    setup: { acceptance: { text: 'I accept the terms.', version: '1' } },
  };
  for (let made = 0; made < 40; made += 1) await stack.patientCall('/v1/workflows', creation);
  const address = `/v1/workflows?people_uuid=${people_uuid}&per_page=40`;
  return [{ name: 'list of 40 runs with 480 KB each', send: () => stack.call(address) }];
}

/** @param {BenchStack} stack @returns {Promise<Input[]>} */
async function files(stack) {
  const { COSTLY_FILES } = require('../support/hostile-files.ts');
  const { REFUSED_PDFS } = require('../support/field-documents.ts');
  const named = REFUSED_PDFS.map((/** @type {any[]} */ [what, make]) => [`a PDF ${what}`, make]);
  const all = [...COSTLY_FILES, ...named];
  /** @type {string[]} */
  const steps = [];
  while (steps.length * FILES_PER_STEP < all.length) steps.push(await stepFor(stack));
  return all.map(([name, make], index) => ({
    name,
    send: async () => {
      const step = steps[Math.floor(index / FILES_PER_STEP)] ?? '';
      return upload(stack, step, new Blob([await make()]));
    },
  }));
}

/** @param {BenchStack} stack */
async function stepFor(stack) {
  const file = { collection: 'f', title: 'F', max_files: FILES_PER_STEP, types: UPLOAD_TYPES };
  const setup = { files_upload: { files: [file] } };
  const creation = { steps: ['files_upload'], setup };
  const { result } = await stack.patientCall('/v1/workflows', creation);
  return result.steps[0].uuid;
}

/** @param {BenchStack} stack @param {string} step @param {Blob} file */
async function upload(stack, step, file) {
  const body = new FormData();
  body.set('collection', 'f');
  body.set('file', file, 'f');
  const headers = { authorization: `Bearer ${stack.testKey}` };
  const address = `${stack.url}/v1/steps/${step}/media`;
  const response = await fetch(address, { method: 'POST', headers, body });
  await response.arrayBuffer();
  return response;
}

module.exports = { benchBlock };
