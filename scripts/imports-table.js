/**
 * `npm run imports:table`: writes the table of layers to CONTRIBUTING.md; with `--check` it only reports if the table
 * is outdated.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const prettier = require('prettier');
const { layers } = require('./lib/import-layers');

const file = path.resolve(__dirname, '../CONTRIBUTING.md');
const begin = '<!-- imports: made by `npm run imports:table` -->';
const end = '<!-- /imports -->';

/** @param {string[] | 'all' | undefined} names @param {string} all */
const list = (names, all) =>
  names === 'all' ? all : (names ?? []).map((name) => `\`${name}\``).join(', ') || '–';

function table() {
  const rows = layers.map(({ layer, values, types, packages, why }) =>
    [`\`${layer}\``, list(values, ''), list(types, 'all'), list(packages, 'all'), why].join(' | '),
  );
  const head = ['layer', 'may import', 'and types of', 'packages', 'why'];
  return [head.join(' | '), head.map(() => '---').join(' | '), ...rows]
    .map((row) => `| ${row} |`)
    .join('\n');
}

/** @param {string} text */
async function withTable(text) {
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) throw new Error(`${file} lacks its markers`);
  const options = { ...(await prettier.resolveConfig(file)), filepath: file };
  return prettier.format(`${before}${begin}\n\n${table()}\n\n${end}${after}`, options);
}

async function main() {
  const text = fs.readFileSync(file, 'utf8');
  const expected = await withTable(text);
  if (text === expected) return;
  if (process.argv.includes('--check')) {
    console.error('The table of imports in CONTRIBUTING.md is not current: npm run imports:table');
    process.exitCode = 1;
    return;
  }
  fs.writeFileSync(file, expected);
}

void main();
