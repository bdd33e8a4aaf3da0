/** Summarizes the failures of a Jest run for the end of a long log. */
'use strict';

const path = require('node:path');
const { stripVTControlCharacters } = require('node:util');

/** Lines of a message; the rest is further up in the log. */
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
  // A failed start fails every test of its file, so it is shown once.
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
