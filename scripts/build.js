/** `npm run build`: compiles the project and bundles the workflows into `dist`. Types are checked by `npm run types`. */
'use strict';

const path = require('node:path');
const { build } = require('./lib/prepare');
const { fail } = require('./lib/terminal');

build(path.resolve(__dirname, '..')).catch((error) => {
  fail(error);
  process.exit(1);
});
