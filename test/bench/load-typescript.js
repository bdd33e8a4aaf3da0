/** Loads the tests' TypeScript modules, so that benchmarks measure the same inputs. */
'use strict';

const fs = require('node:fs');
const Module = require('node:module');
const { transformSync } = require('@swc/core');

/** Adds `.ts` to Node's loaders of CommonJS modules (https://nodejs.org/api/modules.html#requireextensions). */
function loadTypescript() {
  const { _extensions: loaders } = /** @type {any} */ (Module);
  loaders['.ts'] = (/** @type {any} */ module, /** @type {string} */ file) => {
    const { code } = transformSync(fs.readFileSync(file, 'utf8'), {
      filename: file,
      jsc: { parser: { syntax: 'typescript' }, target: 'es2022' },
      module: { type: 'commonjs' },
    });
    module._compile(code, file);
  };
}

module.exports = { loadTypescript };
