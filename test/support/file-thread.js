/** Runs src/media/file-thread.ts in a worker thread of a test, where Jest doesn't compile. */
'use strict';

const { readFileSync } = require('node:fs');
const { transformSync } = require('@swc/core');

const OPTIONS = {
  jsc: {
    parser: { syntax: /** @type {const} */ ('typescript') },
    target: /** @type {const} */ ('es2022'),
  },
  module: { type: /** @type {const} */ ('commonjs') },
};

require.extensions['.ts'] = (module, file) => {
  const { code } = transformSync(readFileSync(file, 'utf8'), { ...OPTIONS, filename: file });
  /** @type {any} */ (module)._compile(code, file);
};

require('../../src/media/file-thread.ts');
