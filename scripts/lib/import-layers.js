/**
 * Import rules under src: one row for each layer. An import that no row allows is an error of `npm run imports`. `npm
 * run imports:table` writes the rows to CONTRIBUTING.md.
 */
'use strict';

const STEP_FOLD = '([^/]+/events|shared/[^/]+/(events|event-types|state))\\.ts$';
const STEP_ACTIONS = '(actions|shared/[^/]+/actions)\\.ts$';
const STEP_ACTIVITIES = '(activities|[^/]+/activities|shared/[^/]+/activities)(/|\\.ts$)';
const BEHAVIOUR =
  '((index|contract|define-step-type|step-activity|ask-once|ask-and-review|[^/]+/step)\\.ts$' +
  `|(?!${STEP_FOLD}|${STEP_ACTIONS}|${STEP_ACTIVITIES})shared/[^/]+/[^/]+\\.ts$)`;

/**
 * Parts of src by their names in the rows. A part has one pattern. No file is in two parts, except that `run events` is
 * one file of `run`.
 */
const parts = {
  otp: '^src/domain/otp/',
  run: '^src/domain/run/',
  'run events': '^src/domain/run/events\\.ts$',
  expressions: '^src/domain/expressions/',
  identifiers: '^src/domain/identifiers/',
  'media threads': '^src/media/(file-pool|file-thread|pdf|picture)\\.ts$',
  media: '^src/media/(?!(file-pool|file-thread|pdf|picture)\\.ts$)',
  crypto: '^src/platform/crypto/',
  outbound: '^src/platform/outbound/',
  config: '^src/platform/config\\.ts$',
  logger: '^src/platform/logger\\.ts$',
  'concurrency limit': '^src/platform/concurrency-limit\\.ts$',
  'step events': '^src/steps/events\\.ts$',
  'step folds': `^src/steps/${STEP_FOLD}`,
  'step actions': `^src/steps/${STEP_ACTIONS}`,
  'step behaviours': `^src/steps/${BEHAVIOUR}`,
  'step activities': `^src/steps/${STEP_ACTIVITIES}`,
  'step schemas': `^src/steps/(?!events\\.ts$|${STEP_FOLD}|${STEP_ACTIONS}|${STEP_ACTIVITIES}|${BEHAVIOUR})`,
  'workflow messages': '^src/workflows/messages/',
  converters: '^src/workflows/converters/',
  workflows: '^src/workflows/(?!(messages|converters)/)',
  store: '^src/store/',
  presentation: '^src/presentation/',
  providers: '^src/providers/',
  messaging: '^src/messaging/',
  webhooks: '^src/webhooks/',
  temporal: '^src/platform/temporal/',
  activities: '^src/activities/',
  application: '^src/application/',
  api: '^src/api/',
  web: '^src/web/',
  cli: '^src/cli(/|\\.ts$)',
  workers: '^src/workers/',
  demo: '^src/demo/',
  client: '^clients/typescript/',
};

/** @typedef {keyof typeof parts} Part */
/**
 * `values`: parts that may be imported; the layer itself always may. `types`: parts whose types may be imported.
 * `packages`: names, or every package and Node.
 * @typedef {{ layer: Part, values: Part[], types?: Part[] | 'all', packages?: string[] | 'all', why: string }} Row
 */

/** Parts of the project that a workflow loads. @type {Part[]} */
const realm = [
  ...['workflows', 'workflow messages', 'converters', 'step behaviours', 'step actions'],
  ...['step events', 'step folds', 'run', 'otp'],
];
/** Parts that activities may import. @type {Part[]} */
const work = [
  'providers',
  'messaging',
  'crypto',
  'expressions',
  'presentation',
  'step schemas',
  'step folds',
  'store',
];

/** @type {Part[]} */
const apiParts = [
  'application',
  'providers',
  'messaging',
  'config',
  'crypto',
  'expressions',
  'identifiers',
  'logger',
  'media',
  'otp',
  'outbound',
  'presentation',
  'run',
  'step schemas',
  'step folds',
  'store',
  'temporal',
  'web',
  'workflow messages',
];
/** @type {Part[]} */
const workerParts = [
  'activities',
  'step activities',
  'providers',
  'messaging',
  'webhooks',
  'outbound',
  'store',
  'temporal',
  'config',
  'logger',
];

/** @type {Row[]} */
const layers = [
  { layer: 'otp', values: [], types: ['run events'], why: 'plain functions over plain data' },
  {
    layer: 'run',
    values: ['step events'],
    why: 'plain functions over plain data; of step types it knows the list of their events',
  },
  { layer: 'step events', values: ['step folds', 'run'], why: 'folded wherever a run is' },
  {
    layer: 'step folds',
    values: ['run', 'otp'],
    why: 'folded wherever a run is: over plain data, without a package',
  },
  {
    layer: 'step actions',
    values: [],
    types: ['run', 'otp', 'workflow messages'],
    why: 'names and details of what staff can ask for',
  },
  { layer: 'concurrency limit', values: [], why: 'counts calls' },
  {
    layer: 'expressions',
    values: [],
    why: 'whoever writes an expression reaches nothing else',
  },
  { layer: 'identifiers', values: [], why: 'a number is checked by itself' },
  {
    layer: 'media',
    values: ['media threads'],
    types: ['step schemas'],
    packages: ['node:zlib'],
    why: 'reads hostile files and reaches nothing',
  },
  {
    layer: 'media threads',
    values: ['media'],
    types: ['step schemas'],
    packages: ['sharp', '@hyzyla/pdfium', 'node:fs', 'node:os', 'node:path', 'node:worker_threads'],
    why: 'worker threads with limits, which read pictures and PDFs; they store nothing',
  },
  { layer: 'crypto', values: [], packages: ['node:crypto'], why: 'bytes in, bytes out' },
  {
    layer: 'outbound',
    values: [],
    packages: ['ipaddr.js', 'node:dns', 'node:http', 'node:https', 'node:net', 'node:fs'],
    why: 'guards every address and knows no caller',
  },
  { layer: 'config', values: ['crypto', 'outbound'], packages: ['zod'], why: 'parses settings' },
  { layer: 'logger', values: [], packages: ['pino'], why: 'logs' },
  {
    layer: 'step schemas',
    values: ['run', 'otp', 'identifiers', 'expressions'],
    types: ['step behaviours'],
    packages: ['zod', 'libphonenumber-js', 're2js', 'node:crypto'],
    why: 'a step is described without knowing where it is stored, served or run',
  },
  {
    layer: 'step behaviours',
    values: realm,
    types: 'all',
    packages: ['@temporalio/workflow'],
    why: "loaded by Temporal's workflow sandbox, which has no Node",
  },
  {
    layer: 'workflows',
    values: realm,
    types: 'all',
    packages: ['@temporalio/workflow', '@temporalio/common'],
    why: "loaded by Temporal's workflow sandbox, which has no Node",
  },
  {
    layer: 'workflow messages',
    values: ['run', 'otp'],
    types: 'all',
    packages: ['@temporalio/workflow', '@temporalio/common'],
    why: 'shared by workflows and those who talk to them',
  },
  {
    layer: 'converters',
    values: [],
    types: 'all',
    packages: ['@temporalio/common'],
    why: 'loaded by the workflow bundle and by Node',
  },
  {
    layer: 'store',
    values: ['run', 'otp', 'crypto'],
    types: ['config', 'step schemas'],
    packages: 'all',
    why: 'serves the API and the activities and knows neither',
  },
  {
    layer: 'presentation',
    values: ['run', 'otp', 'store', 'crypto', 'step schemas', 'step folds'],
    why: 'shows what is stored of a run',
  },
  {
    layer: 'providers',
    values: ['messaging', 'otp', 'run', 'store', 'crypto', 'identifiers'],
    types: ['config'],
    packages: 'all',
    why: 'sends what it is given',
  },
  {
    layer: 'messaging',
    values: ['providers', 'otp', 'run', 'store', 'crypto', 'identifiers'],
    types: ['config'],
    packages: 'all',
    why: 'texts, limits and budgets of messages',
  },
  {
    layer: 'webhooks',
    values: ['store', 'presentation', 'outbound', 'crypto', 'run', 'otp'],
    packages: 'all',
    why: 'delivers from the store; what it asks of Temporal is given to it',
  },
  {
    layer: 'temporal',
    values: ['workflow messages', 'converters', 'crypto', 'run', 'otp', 'concurrency limit'],
    types: ['providers', 'messaging', 'config'],
    packages: 'all',
    why: 'shares with workflows what is on the wire',
  },
  {
    layer: 'activities',
    values: [...work, 'run', 'otp', 'step activities'],
    types: ['temporal', 'step behaviours', 'workflow messages'],
    packages: 'all',
    why: 'do what they are called for and know no caller',
  },
  {
    layer: 'step activities',
    values: [...work, 'run', 'otp', 'activities'],
    types: ['temporal', 'step behaviours', 'workflow messages'],
    packages: 'all',
    why: 'as activities',
  },
  {
    layer: 'application',
    values: [
      ...[...work, 'run', 'otp', 'outbound', 'media', 'temporal', 'workflow messages'],
      'concurrency limit',
    ],
    types: ['config', 'step actions'],
    packages: ['zod', 'pino', 'node:crypto', 'node:timers'],
    why: 'the use cases: no HTTP, no worker',
  },
  {
    layer: 'api',
    values: apiParts,
    types: ['workflows', 'step behaviours', 'step actions'],
    packages: 'all',
    why: 'talks to runs by messages and runs no steps',
  },
  { layer: 'web', values: ['config', 'run'], packages: 'all', why: 'the hosted page' },
  {
    layer: 'cli',
    values: [
      'store',
      'temporal',
      'run',
      'otp',
      'identifiers',
      'crypto',
      'config',
      'logger',
      'workflow messages',
    ],
    packages: 'all',
    why: 'works on the store and on Temporal, not through the API or a worker',
  },
  {
    layer: 'workers',
    values: workerParts,
    types: ['workflows', 'step behaviours'],
    packages: 'all',
    why: 'hands workflows to Temporal by their path',
  },
  { layer: 'demo', values: ['client'], packages: 'all', why: 'a client' },
  { layer: 'client', values: [], packages: ['openapi-fetch'], why: 'what callers install' },
];

/** @param {string[]} names */
const pathsOf = (names) =>
  names.map((name) =>
    name.startsWith('node:') ? `^(node:)?${name.slice(5)}(/|$)` : `node_modules/${name}/`,
  );

/**
 * Converts the rows to dependency-cruiser's `allowed`
 * (https://github.com/sverweij/dependency-cruiser/blob/main/doc/rules-reference.md).
 */
function allowedImports() {
  return layers.flatMap(({ layer, values, types = [], packages = [] }) => {
    const from = { path: parts[layer] };
    const own = [layer, ...values].map((name) => parts[name]);
    const named = packages === 'all' ? ['node_modules/'] : pathsOf(packages);
    const typed = types === 'all' ? ['^src/'] : types.map((name) => parts[name]);
    return [
      { from, to: { path: [...own, ...named] } },
      ...(packages === 'all' ? [{ from, to: { dependencyTypes: ['core'] } }] : []),
      ...(typed.length > 0 ? [{ from, to: { dependencyTypes: ['type-only'], path: typed } }] : []),
    ];
  });
}

module.exports = { allowedImports, layers };
