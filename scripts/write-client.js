/**
 * Writes the types of the typed client, as a part of `npm run openapi`: `schema.ts` from docs/openapi.json, where a
 * file is a `Blob`, and `step-schemas.ts` from the built catalogue of steps. With `--check` it writes nothing; exit code
 * 1 means that a file would change.
 */
'use strict';

const fs = require('node:fs');
const path = require('node:path');
const ts = require('typescript');
const { z } = require('zod');
const { payloadKind } = require('../dist/steps/payload-kinds');
const { stepSchemas } = require('../dist/steps/schemas');

const root = path.resolve(__dirname, '..');
const CLIENT = path.join(root, 'clients/typescript');

/** @typedef {Record<string, unknown>} JsonSchema */

/** @param {object} document @returns {Promise<string>} TypeScript */
async function typesOf(document) {
  const { default: openapiTS, astToString, COMMENT_HEADER } = await import('openapi-typescript');
  const blob = ts.factory.createTypeReferenceNode('Blob');
  const types = await openapiTS(document, {
    transform: ({ format }) => (format === 'binary' ? blob : undefined),
  });
  return COMMENT_HEADER + astToString(types);
}

/** Returns the API's document, in which steps have the keys of the catalogue. */
function apiDocument() {
  const document = JSON.parse(fs.readFileSync(path.join(root, 'docs/openapi.json'), 'utf8'));
  document.components.schemas.Step.properties.step.enum = Object.keys(stepSchemas);
  return document;
}

/** Returns a document whose schemas have a property for each step key. */
function stepDocument() {
  const steps = Object.entries(stepSchemas);
  /** @param {(schema: any, key: string) => JsonSchema} schemaOf */
  const byKey = (schemaOf) => ({
    type: 'object',
    properties: Object.fromEntries(steps.map(([key, schema]) => [key, schemaOf(schema, key)])),
    required: steps.map(([key]) => key),
  });
  const schemas = {
    StepSetups: byKey(({ setup }) => inputOf(setup)),
    StepData: byKey(({ data }) => inputOf(data)),
    StepPayloads: byKey((_, key) => jsonSchemaOf(payloadKind(key, undefined))),
    KeyWithSetup: {
      enum: steps.filter(([, { setup_required }]) => setup_required).map(([key]) => key),
    },
  };
  return {
    openapi: '3.1.0',
    info: { title: 'Steps', version: '1' },
    paths: {},
    components: { schemas },
  };
}

/** @param {import('zod').ZodType} schema @returns {JsonSchema} */
function inputOf(schema) {
  const json = z.toJSONSchema(schema, { io: 'input' });
  delete json.$schema;
  return json;
}

/** Converts a kind of the expression language. Any field of a payload may be missing or null. @param {any} kind @returns {JsonSchema} */
function jsonSchemaOf(kind) {
  if (kind.kind === 'text' && kind.values) return { enum: [...kind.values, null] };
  if (kind.kind === 'list') return { type: ['array', 'null'], items: jsonSchemaOf(kind.items) };
  if (kind.kind !== 'object') return SCALARS[kind.kind] ?? {};
  const fields = [...kind.fields].map(([name, each]) => [name, jsonSchemaOf(each)]);
  return {
    type: 'object',
    properties: Object.fromEntries(fields),
    ...(kind.isOpen && { additionalProperties: {} }),
  };
}

/** @type {Record<string, JsonSchema>} */
const SCALARS = {
  text: { type: ['string', 'null'] },
  number: { type: ['number', 'null'] },
  boolean: { type: ['boolean', 'null'] },
};

async function main() {
  const files = { 'schema.ts': apiDocument(), 'step-schemas.ts': stepDocument() };
  for (const [name, document] of Object.entries(files)) {
    const file = path.join(CLIENT, name);
    const types = await typesOf(document);
    if (!process.argv.includes('--check')) fs.writeFileSync(file, types);
    else if (types !== fs.readFileSync(file, 'utf8')) process.exitCode = 1;
  }
}

void main();
