/** Key rings for rotation, as in the environment: `id:base64,id:base64`, newest first, 32 bytes each. */

export interface NamedKey {
  id: string;
  bytes: Buffer;
}

/** Encrypts with the first key, decrypts with the named one. */
export interface Keyring {
  current: NamedKey;
  find(id: string): NamedKey | undefined;
  all: readonly NamedKey[];
}

const KEY_BYTES = 32;
const ENTRY = /^([A-Za-z0-9_.-]{1,32}):([A-Za-z0-9+/_=-]+)$/;

/**
 * Parses a key ring.
 * @throws Error that names the invalid entry and the reason, never the key itself.
 */
export function parseKeyring(text: string): Keyring {
  const keys = text.split(',').map((entry, index) => parseEntry(entry.trim(), index + 1));
  const [current] = keys;
  if (current === undefined) throw new Error('has no key');
  const byId = new Map(keys.map((key) => [key.id, key]));
  if (byId.size !== keys.length) throw new Error('names a key id twice');
  return { current, all: keys, find: (id) => byId.get(id) };
}

function parseEntry(entry: string, position: number): NamedKey {
  const match = ENTRY.exec(entry);
  const [, id, encoded] = match ?? [];
  if (id === undefined || encoded === undefined) {
    throw new Error(`entry ${position} is not of the form id:base64`);
  }
  const bytes = Buffer.from(encoded, 'base64');
  if (bytes.length !== KEY_BYTES) {
    // Leaves out the id: if id and key were swapped, it would be the key.
    throw new Error(`entry ${position} has ${bytes.length} bytes instead of ${KEY_BYTES}`);
  }
  return { id, bytes };
}
