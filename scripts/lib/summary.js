/** Prints the summary of a start. */
'use strict';

const { bold, cyan, dim, green, say } = require('./terminal');

/** @typedef {Record<string, any>} DevInfo what .cerciora/dev.json holds */

/** @param {DevInfo} info */
function printAddresses(info) {
  const rows = [
    ['API', info.api_url],
    ['Documents', info.docs_url],
    ['Sandbox', `${info.sandbox_url}#${encodeURIComponent(info.test_key)}`],
    ['Metrics', info.metrics_url],
    ['Temporal', `${info.temporal_address} (namespace ${info.temporal_namespace})`],
    ['Temporal UI', info.temporal_ui_url ?? dim('see the server you point to')],
    ['MongoDB', withoutPassword(info.mongodb_uri)],
    ['Test key', info.test_key],
  ];
  for (const [name, value] of rows) say(`  ${bold(String(name).padEnd(14))} ${cyan(value)}`);
}

/** @param {string} uri */
const withoutPassword = (uri) => uri.replace(/:\/\/([^:@/]+):[^@/]+@/, '://$1:***@');

/** @param {DevInfo} info @param {{ devFile: string, logs: string }} paths @param {string} apiMetrics */
function printSummary(info, paths, apiMetrics) {
  say();
  say(green(bold('Cerciora is running.')));
  say();
  printAddresses(info);
  say(`  ${' '.repeat(14)} ${cyan(apiMetrics)} ${dim('(metrics of the API; above: the worker)')}`);
  say();
  say(`A first run ${dim('(keep the single quotes: the key contains |)')}:`);
  say();
  say(`  curl -X POST ${info.api_url}/v1/workflows \\`);
  say(`    -H 'Authorization: Bearer ${info.test_key}' \\`);
  say(`    -H 'Content-Type: application/json' \\`);
  say(
    `    -d '{"steps":["acceptance"],"setup":{"acceptance":{"text":"I accept the terms.","version":"1"}}}'`,
  );
  say();
  say(dim(`  Logs: ${paths.logs}/*.log   For scripts: ${paths.devFile}`));
  say(dim('  Ctrl-C stops everything; the data stays. `npm run reset` empties it.'));
  say();
}

module.exports = { printAddresses, printSummary };
