/**
 * Writes the types of the typed client from docs/openapi.json, as a part of `npm run openapi`. A file is a `Blob` in
 * them. With `--check` it writes nothing, and the exit code tells if the file would change.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');

const root = path.resolve(__dirname, '..');
const SCHEMA = path.join(root, 'clients/typescript/schema.ts');

async function typesOfClient() {
  const { default: openapiTS, astToString, COMMENT_HEADER } = await import('openapi-typescript');
  const document = JSON.parse(fs.readFileSync(path.join(root, 'docs/openapi.json'), 'utf8'));
  const blob = ts.factory.createTypeReferenceNode('Blob');
  const types = await openapiTS(document, {
    transform: ({ format }) => (format === 'binary' ? blob : undefined),
  });
  return COMMENT_HEADER + astToString(types);
}

async function main() {
  const types = await typesOfClient();
  if (!process.argv.includes('--check')) fs.writeFileSync(SCHEMA, types);
  else if (types !== fs.readFileSync(SCHEMA, 'utf8')) process.exitCode = 1;
}

void main();
