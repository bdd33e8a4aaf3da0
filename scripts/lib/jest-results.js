/** A Jest reporter that writes the results so far after each test file, so that an interrupted run has a count too. */
'use strict';

const { writePrivateJson } = require('./files');

/**
 * @typedef {import('./failures').Suite} Suite
 * @typedef {{ passed: number, failed: number, skipped: number, isComplete: boolean, testResults: Suite[] }} Results
 */

class JestResults {
  constructor() {
    /** @type {Results} */
    this.results = { passed: 0, failed: 0, skipped: 0, isComplete: false, testResults: [] };
    this.write();
  }

  /** @param {unknown} _test @param {any} result of one file */
  onTestResult(_test, result) {
    const { numPassingTests, numFailingTests, numPendingTests, numTodoTests } = result;
    this.results.passed += numPassingTests;
    // A file that didn't load, or whose last hook failed, counts in addition to its tests.
    this.results.failed += numFailingTests + (result.testExecError ? 1 : 0);
    this.results.skipped += numPendingTests + numTodoTests;
    const isFailed = numFailingTests > 0 || Boolean(result.testExecError);
    this.results.testResults.push({
      name: result.testFilePath,
      status: isFailed ? 'failed' : 'passed',
      message: result.failureMessage ?? '',
      assertionResults: isFailed ? result.testResults : [],
    });
    this.write();
  }

  onRunComplete() {
    this.results.isComplete = true;
    this.write();
  }

  write() {
    const file = process.env.TEST_RESULTS_FILE;
    if (file) writePrivateJson(file, this.results);
  }
}

module.exports = JestResults;
