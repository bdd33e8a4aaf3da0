/** Finds schemathesis, which calls the API with valid and invalid requests derived from its document. */
'use strict';

const path = require('node:path');
const { findPython, installPackages } = require('./python');

/**
 * @param {import('./paths').Layout} paths
 * @returns {Promise<string | null>} the program; null where there's no Python to run it
 */
async function findFuzzer({ fuzzer, fuzzerRequirements }) {
  if (!(await findPython())) return null;
  await installPackages({
    folder: fuzzer,
    requirements: fuzzerRequirements,
    what: 'schemathesis',
    otherwise: 'Python >= 3.10 with its venv module is needed to fuzz the API.',
  });
  return path.join(fuzzer, 'bin', 'schemathesis');
}

module.exports = { findFuzzer };
