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
  ...['step events', 'step folds', 'run', 'otp', 'identifiers'],
];
/** Parts that activities may import. @type {Part[]} */
const work = [
  'identifiers',
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
  'concurrency limit',
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
  'application',
];

/** @type {Row[]} */
const layers = [
  { layer: 'otp', values: [], types: ['run events'], why: 'plain functions over plain data' },
  {
    layer: 'run',
    values: ['step events'],
    why: 'plain functions over plain data; from step types only the list of their events',
  },
  { layer: 'step events', values: ['step folds', 'run'], why: 'needed wherever a run is folded' },
  {
    layer: 'step folds',
    values: ['run', 'otp'],
    why: 'needed wherever a run is folded: plain data, no package',
  },
  {
    layer: 'step actions',
    values: [],
    types: ['run', 'otp', 'workflow messages'],
    why: 'names and details of staff actions',
  },
  { layer: 'concurrency limit', values: [], why: 'counts calls' },
  {
    layer: 'expressions',
    values: [],
    packages: ['expr-eval'],
    why: 'expressions must not reach other code',
  },
  {
    layer: 'identifiers',
    values: [],
    packages: ['libphonenumber-js', 'node:url'],
    why: 'pure checks of numbers and addresses',
  },
  {
    layer: 'media',
    values: ['media threads'],
    types: ['step schemas'],
    packages: ['node:zlib'],
    why: 'reads hostile files, so it must not reach other code',
  },
  {
    layer: 'media threads',
    values: ['media'],
    types: ['step schemas'],
    packages: ['sharp', '@hyzyla/pdfium', 'node:fs', 'node:os', 'node:path', 'node:worker_threads'],
    why: 'worker threads with limits, which read pictures and PDFs and store nothing',
  },
  { layer: 'crypto', values: [], packages: ['node:crypto'], why: 'bytes in, bytes out' },
  {
    layer: 'outbound',
    values: [],
    packages: ['ipaddr.js', 'node:dns', 'node:http', 'node:https', 'node:net', 'node:fs'],
    why: 'checks addresses, independent of callers',
  },
  { layer: 'config', values: ['crypto', 'outbound'], packages: ['zod'], why: 'parses settings' },
  { layer: 'logger', values: [], packages: ['pino'], why: 'logs' },
  {
    layer: 'step schemas',
    values: ['run', 'otp', 'identifiers', 'expressions'],
    types: ['step behaviours'],
    packages: ['zod', 'libphonenumber-js', 're2js', 'node:crypto'],
    why: 'describes steps, independent of storage, API and workflows',
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
    why: 'shared by workflows and their clients',
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
    values: ['run', 'otp', 'crypto', 'identifiers'],
    types: ['config', 'step schemas'],
    packages: 'all',
    why: 'used by the API and the activities, independent of both',
  },
  {
    layer: 'presentation',
    values: ['run', 'otp', 'store', 'crypto', 'step schemas', 'step folds'],
    why: 'presents stored runs',
  },
  {
    layer: 'providers',
    values: ['messaging', 'otp', 'run', 'store', 'crypto', 'identifiers'],
    types: ['config'],
    packages: 'all',
    why: 'sends messages',
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
    why: 'delivers from the store; its calls to Temporal are injected',
  },
  {
    layer: 'temporal',
    values: ['workflow messages', 'converters', 'crypto', 'run', 'otp', 'concurrency limit'],
    types: ['providers', 'messaging', 'config'],
    packages: 'all',
    why: 'shares message types with workflows',
  },
  {
    layer: 'activities',
    values: [...work, 'run', 'otp', 'step activities'],
    types: ['temporal', 'step behaviours', 'workflow messages'],
    packages: 'all',
    why: 'independent of their callers',
  },
  {
    layer: 'step activities',
    values: [...work, 'run', 'otp', 'activities'],
    types: ['temporal', 'step behaviours', 'workflow messages'],
    packages: 'all',
    why: 'same as activities',
  },
  {
    layer: 'application',
    values: [
      ...[...work, 'run', 'otp', 'outbound', 'media', 'temporal', 'workflow messages'],
      'concurrency limit',
    ],
    types: ['config', 'step actions'],
    packages: ['zod', 'pino', 'node:crypto', 'node:timers'],
    why: 'use cases without HTTP and workers',
  },
  {
    layer: 'api',
    values: apiParts,
    types: ['workflows', 'step behaviours', 'step actions'],
    packages: 'all',
    why: 'sends messages to runs and executes no steps',
  },
  { layer: 'web', values: ['config', 'run'], packages: 'all', why: 'hosted pages' },
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
    why: 'uses the store and Temporal directly, not the API or a worker',
  },
  {
    layer: 'workers',
    values: workerParts,
    types: ['workflows', 'step behaviours'],
    packages: 'all',
    why: 'passes workflows to Temporal by path',
  },
  { layer: 'demo', values: ['client'], packages: 'all', why: 'an example client' },
  { layer: 'client', values: [], packages: ['openapi-fetch'], why: 'installed by callers' },
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
