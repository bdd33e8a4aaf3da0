/**
 * `npm run bench`: what a code costs through the product against the same on Temporal alone, interleaved in one session;
 * the first page of a long list against its thousandth; then many runs that wait. Figures go to .cerciora/bench.json; ratios count, the rest is this machine's.
 * `npm run bench -- codes`, `-- lists` or `-- waiting` runs one part.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { layout } = require('../../scripts/lib/paths');
const { prepare } = require('../../scripts/lib/prepare');
const { bold, fail, say } = require('../../scripts/lib/terminal');

const home = path.resolve(__dirname, '../..');
/** Loaded when they are measured: they need what is built by then. */
const parts = {
  codes: () => require('./codes').benchCodes(),
  lists: () => require('./lists').benchLists(),
  waiting: () => require('./waiting').benchWaiting(),
};

async function main() {
  const asked = process.argv.slice(2);
  await prepare(home);
  /** @type {Record<string, unknown>} */
  const results = { at: new Date().toISOString(), node: process.version };
  for (const [name, bench] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    say(bold(`Measuring ${name} …`));
    results[name] = await bench();
    say(JSON.stringify(results[name], null, 2));
  }
  const file = path.join(layout(home).state, 'bench.json');
  fs.mkdirSync(path.dirname(file), { recursive: true });
  fs.writeFileSync(file, `${JSON.stringify(results, null, 2)}\n`);
  say(`Written to ${file}`);
}

main().catch((error) => {
  fail(error);
  process.exit(1);
});
