import { createHash } from 'node:crypto';
import { ContentRefused, inspect } from '../../media/inspect';
import type { Found } from '../../media/walk';
import { fileRefused, tooLarge } from '../domain-error';

/** A file whose bytes are stored, and what its content shows. */
export interface StoredFile extends Found {
  /** Id of its bytes in the store. */
  stored: string;
  /** Bytes. */
  size: number;
  sha256: string;
}

interface Storing {
  /** Bytes. */
  limit: number;
  /** Stores the bytes as they arrive. Leaves nothing behind where they end with an error. */
  store: (bytes: AsyncIterable<Buffer>) => Promise<string>;
}

/**
 * Stores a file while it arrives, and inspects it on the way.
 * @throws DomainError `too_large`, or `submission_refused` for its content; nothing is left behind then.
 */
export async function storeFile(
  arriving: AsyncIterable<Buffer>,
  { limit, store }: Storing,
): Promise<StoredFile> {
  const [walk, hash] = [inspect(), createHash('sha256')];
  let size = 0;
  let found: Found | undefined;
  async function* inspected(): AsyncGenerator<Buffer> {
    for await (const chunk of arriving) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      hash.update(chunk);
      walk.push(chunk);
      yield chunk;
    }
    ({ found } = walk.end());
  }
  try {
    const stored = await store(inspected());
    if (found === undefined) throw new Error('a file was stored before it had come to its end');
    return { ...found, stored, size, sha256: hash.digest('hex') };
  } catch (error) {
    if (!(error instanceof ContentRefused)) throw error;
    throw fileRefused([{ path: 'file', message: error.message }]);
  }
}
