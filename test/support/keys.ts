import { parseKeyring } from '../../src/platform/crypto/keyring';

const ring = (id: string, byte: number) =>
  parseKeyring(`${id}:${Buffer.alloc(32, byte).toString('base64')}`);

/** Key rings for tests. Stored histories are encrypted with the first key: never change it. */
export const testKeys = {
  ENCRYPTION_KEYS: ring('test-encryption', 1),
  CODE_KEYS: ring('test-code', 2),
  HASH_KEYS: ring('test-hash', 3),
};

/** The same key rings as environment variables. */
export const testKeyEnvironment = Object.fromEntries(
  Object.entries(testKeys).map(([name, { current }]) => [
    name,
    `${current.id}:${current.bytes.toString('base64')}`,
  ]),
);
