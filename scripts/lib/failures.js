/** What failed in a run of Jest, short: whoever reads the end of a long log finds it there. */
'use strict';

const path = require('node:path');
const { stripVTControlCharacters } = require('node:util');

/** Of a message; the rest stands further up in the log. */
const LINES = 12;

/**
 * @typedef {{ fullName: string, status: string, failureMessages?: string[] }} Assertion
 * @typedef {{ name: string, status: string, message: string, assertionResults: Assertion[] }} Suite
 */

/** @param {{ testResults?: Suite[] } | null} results as Jest writes them with `--json` @returns {string[]} a text each */
function failuresOf(results) {
  return (results?.testResults ?? []).filter(({ status }) => status === 'failed').flatMap(ofSuite);
}

/** @param {Suite} suite */
function ofSuite({ name, message, assertionResults }) {
  const file = path.relative('', name);
  const failed = assertionResults.filter(({ status }) => status === 'failed');
  // A suite that didn't even load has no tests.
  if (failed.length === 0) return [`${file}\n${beginning(message)}`];
  /** @type {Map<string, string[]>} */
  const namesOf = new Map();
  for (const { fullName, failureMessages = [] } of failed) {
    const text = failureMessages.map(beginning).join('\n');
    namesOf.set(text, [...(namesOf.get(text) ?? []), fullName]);
  }
  // A start that failed fails every test of its file: it is told once.
  return [...namesOf].map(([text, names]) => [file, ...names, text].join('\n'));
}

/** @param {string} message */
function beginning(message) {
  return stripVTControlCharacters(message)
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(0, LINES)
    .map((line) => `    ${line}`)
    .join('\n');
}

module.exports = { failuresOf };
