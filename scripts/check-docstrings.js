/**
 * `npm run docstrings`: reports docstrings that begin with a question word or a connective. A docstring begins with a
 * verb for a function, with a noun for a type or a constant.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

const root = path.resolve(__dirname, '..');
const folders = ['src', 'scripts', 'clients'];
const begins = /^(What|Whether|Of|How|Who|Where|So|As|Nothing)\b/;

/** Files that are not written by hand, with the reason. */
const exceptions = new Map([
  [
    'clients/typescript/schema.ts',
    'generated from docs/openapi.json, where these texts are checked',
  ],
  ['clients/typescript/step-schemas.ts', 'generated from the schemas of the steps'],
]);

/**
 * Returns the docstrings of a source text with an undesirable first word, each with its line.
 *
 * @param {string} text
 * @param {string} file its name tells the language
 * @returns {{ line: number, start: string }[]}
 */
function findDocstrings(text, file) {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  /** @type {Map<number, string>} */
  const found = new Map();
  /** @param {ts.Node} node */
  const visit = (node) => {
    for (const range of ts.getLeadingCommentRanges(text, node.getFullStart()) ?? [])
      found.set(range.pos, text.slice(range.pos, range.end));
    // Children include tokens: a comment may stand before a closing bracket.
    node.getChildren(source).forEach(visit);
  };
  visit(source);
  return [...found]
    .filter(([, comment]) => comment.startsWith('/**'))
    .map(([at, comment]) => ({ at, start: comment.replace(/^[/*\s]+/, '') }))
    .filter(({ start }) => begins.test(start))
    .map(({ at, start }) => ({
      line: source.getLineAndCharacterOfPosition(at).line + 1,
      start: start.slice(0, 60).split('\n')[0] ?? '',
    }));
}

/** @returns {string[]} source files relative to the root, with forward slashes */
function sourceFiles() {
  return folders
    .flatMap((folder) =>
      fs
        .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile() && /\.(ts|js|mjs|cjs)$/.test(entry.name))
        .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name))),
    )
    .map((file) => file.replaceAll('\\', '/'))
    .filter((file) => !/(^|\/)(node_modules|dist)\//.test(file) && !exceptions.has(file));
}

function main() {
  const reports = sourceFiles().flatMap((file) =>
    findDocstrings(fs.readFileSync(path.join(root, file), 'utf8'), file).map(
      ({ line, start }) => `${file}:${String(line)} ${start}`,
    ),
  );
  if (reports.length === 0) return;
  console.error(
    `${reports.join('\n')}\n${String(reports.length)} docstrings need another first word: a verb or a noun.`,
  );
  process.exitCode = 1;
}

module.exports = { findDocstrings };
if (require.main === module) main();
