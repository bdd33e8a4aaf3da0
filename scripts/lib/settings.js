/** Chooses ports and settings of a start: from the environment, else free ports and generated values. */
'use strict';

const { freePort, host, isFree } = require('./ports');
const { UserError, warn } = require('./terminal');

/** @param {string} name @param {number} otherwise */
function portFrom(name, otherwise) {
  const value = process.env[name];
  if (!value) return otherwise;
  const port = Number(value);
  if (Number.isInteger(port) && port > 0 && port < 65_536) return port;
  throw new UserError(`${name}=${value} is no port: a number from 1 to 65535 is needed.`);
}

/** Returns the API's port. Clients know it, so it never changes by itself. @returns {Promise<number>} */
async function apiPort() {
  const port = portFrom('PORT', 3000);
  if (await isFree(port)) return port;
  throw new UserError(
    `Port ${port} is in use by another program. The setting PORT chooses another one: PORT=${await freePort(port + 1)} npm start`,
  );
}

/**
 * @typedef {{ api: number, temporal: number, temporalUi: number, mongodb: number, metrics: number, apiMetrics: number }} Ports
 * @param {number} api
 * @param {{ temporal: boolean, mongodb: boolean }} own which servers are started here
 * @returns {Promise<Ports>}
 */
async function choosePorts(api, own) {
  const taken = [api];
  /** @param {string} what @param {number} wanted @param {boolean} tell */
  const choose = async (what, wanted, tell) => {
    const port = await freePort(wanted, taken);
    taken.push(port);
    if (tell && wanted && port !== wanted)
      warn(`Port ${wanted} is taken: ${what} moves to ${port}.`);
    return port;
  };
  return {
    api,
    temporal: await choose('Temporal', 7233, own.temporal),
    temporalUi: await choose("Temporal's UI", 8233, own.temporal),
    mongodb: await choose('MongoDB', 27017, own.mongodb),
    metrics: await choose("the worker's metrics endpoint", portFrom('METRICS_PORT', 9464), true),
    apiMetrics: await choose(
      "the API's metrics endpoint",
      portFrom('METRICS_PORT', 9464) + 1,
      true,
    ),
  };
}

/** @param {Ports} ports */
const apiMetricsUrl = (ports) => `http://${host}:${ports.apiMetrics}/metrics`;

/** @param {Ports} ports */
function addresses(ports) {
  const external = Boolean(process.env.TEMPORAL_ADDRESS);
  return {
    api_url: `http://${host}:${ports.api}`,
    docs_url: `http://${host}:${ports.api}/docs`,
    sandbox_url: `http://${host}:${ports.api}/sandbox`,
    metrics_url: `http://${host}:${ports.metrics}/metrics`,
    temporal_address: process.env.TEMPORAL_ADDRESS || `${host}:${ports.temporal}`,
    temporal_namespace: process.env.TEMPORAL_NAMESPACE || 'default',
    temporal_ui_url:
      process.env.TEMPORAL_UI_URL || (external ? null : `http://${host}:${ports.temporalUi}`),
    // Direct connection: one server, whatever replica set it reports. No retryable writes: the embedded server searches
    // its whole record of them at each write, and slows down with every one.
    mongodb_uri:
      process.env.MONGODB_URI ||
      `mongodb://${host}:${ports.mongodb}/cerciora?directConnection=true&retryWrites=false`,
  };
}

/**
 * @param {ReturnType<typeof addresses>} where @param {Ports} ports @param {import('./secrets').Secrets} secrets
 * @returns {NodeJS.ProcessEnv} for API, worker and setup; what the user has set wins
 */
function environment(where, ports, secrets) {
  const { ENCRYPTION_KEYS, CODE_KEYS, HASH_KEYS } = secrets;
  return {
    NODE_ENV: 'development',
    SANDBOX_ENABLED: 'true',
    PUBLIC_URL: where.api_url,
    ENCRYPTION_KEYS,
    CODE_KEYS,
    HASH_KEYS,
    ...definedIn(process.env),
    PORT: String(ports.api),
    TEMPORAL_ADDRESS: where.temporal_address,
    TEMPORAL_NAMESPACE: where.temporal_namespace,
    ...(where.temporal_ui_url ? { TEMPORAL_UI_URL: where.temporal_ui_url } : {}),
    MONGODB_URI: where.mongodb_uri,
  };
}

/** Settings that the operator's command needs for the stack's data, beside its own environment. */
const operatorSettings = [
  ...['NODE_ENV', 'PUBLIC_URL', 'SANDBOX_ENABLED', 'ENCRYPTION_KEYS', 'CODE_KEYS', 'HASH_KEYS'],
  ...['MONGODB_URI', 'TEMPORAL_ADDRESS', 'TEMPORAL_NAMESPACE', 'TEMPORAL_TASK_QUEUE'],
  ...['TEMPORAL_TLS', 'TEMPORAL_API_KEY'],
];

/**
 * Selects the settings for `.cerciora/settings.json`, which `node dist/cli.js` reads.
 * @param {NodeJS.ProcessEnv} env of the stack's processes
 */
const settingsForOperator = (env) =>
  Object.fromEntries(operatorSettings.flatMap((name) => (env[name] ? [[name, env[name]]] : [])));

/** Removes empty variables, which mean "not set". @param {NodeJS.ProcessEnv} env */
const definedIn = (env) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));

module.exports = {
  addresses,
  apiMetricsUrl,
  apiPort,
  choosePorts,
  environment,
  settingsForOperator,
};
