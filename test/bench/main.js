/**
 * `npm run bench`: compares a code through the product with the same on Temporal alone, interleaved in one session, and
 * the first page of a long list with its thousandth; measures an account while another one floods, and how long hostile
 * inputs block the API; then many waiting runs. Writes figures to .cerciora/bench.json. The ratios count; absolute
 * figures depend on the machine. `npm run bench -- codes`, `-- lists`, `-- share`, `-- block` or `-- waiting` runs one
 * part.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const { layout } = require('../../scripts/lib/paths');
const { prepare } = require('../../scripts/lib/prepare');
const { bold, fail, say } = require('../../scripts/lib/terminal');

const home = path.resolve(__dirname, '../..');
/** Loaded when needed, because they require the build. */
const parts = {
  codes: () => require('./codes').benchCodes(),
  lists: () => require('./lists').benchLists(),
  share: () => require('./share').benchShare(),
  block: () => require('./block').benchBlock(),
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
