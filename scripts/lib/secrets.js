/** Keys and credentials of a development installation: generated once, identical at every start. */
'use strict';

const { randomBytes, randomInt, randomUUID } = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { readJson, writePrivateJson } = require('./files');
const { UserError } = require('./terminal');

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** @param {number} length */
const base62 = (length) =>
  Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('');

const newKey = () => `dev1:${randomBytes(32).toString('base64')}`;

function generate() {
  return {
    ENCRYPTION_KEYS: newKey(),
    CODE_KEYS: newKey(),
    HASH_KEYS: newKey(),
    account_uuid: randomUUID(),
    test_key: `test_${base62(12)}|${base62(43)}`,
    webhook_secret: `whsec_${randomBytes(32).toString('base64')}`,
  };
}

/**
 * @typedef {ReturnType<typeof generate>} Secrets
 * @param {string} file
 * @returns {Secrets}
 */
function loadSecrets(file) {
  if (!fs.existsSync(file)) {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    writePrivateJson(file, generate());
  }
  const secrets = readJson(file);
  // New keys would make all data sealed under the old ones unreadable.
  if (!secrets?.ENCRYPTION_KEYS)
    throw new UserError(`${file} can't be read. Restore it, or \`npm run reset\` to start empty.`);
  // Adds keys that later versions need.
  const whole = { ...generate(), ...secrets };
  if (Object.keys(whole).some((name) => !(name in secrets))) writePrivateJson(file, whole);
  return whole;
}

module.exports = { loadSecrets };
