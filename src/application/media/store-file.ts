import { createHash } from 'node:crypto';
import { Inspection } from '../../media/inspect';
import { ContentRefused, type FileInfo } from '../../media/file-scanner';
import type { MediaType } from '../../steps/schema-contract';
import { fileRefused, tooLarge, type DomainError } from '../domain-error';
import type { StoredFile, UploadTarget } from './upload-target';

/**
 * Stores a file while it arrives, and inspects it at the same time.
 * @throws DomainError `too_large`, or `submission_refused` for its content. @throws FilesBusy. Removes the file on any
 * error.
 */
export async function storeFile(
  arriving: AsyncIterable<Buffer>,
  { limit, inspecting, accepted, store }: Omit<UploadTarget, 'discard'>,
): Promise<StoredFile> {
  const [inspection, hash] = [new Inspection(inspecting), createHash('sha256')];
  let size = 0;
  let found: FileInfo | undefined;
  async function* inspected(): AsyncGenerator<Buffer> {
    for await (const chunk of arriving) {
      size += chunk.length;
      if (size > limit) throw tooLarge(limit);
      hash.update(chunk);
      await inspection.read(chunk);
      yield chunk;
    }
    found = await inspection.end();
  }
  try {
    const stored = await store(inspected());
    if (found === undefined) throw new Error('a file was stored before it had come to its end');
    return { ...found, stored, size, sha256: hash.digest('hex') };
  } catch (error) {
    throw error instanceof ContentRefused ? contentRefused(error, accepted) : error;
  }
}

/** Lists the accepted media types for a file of another type. */
function contentRefused(
  { message, reason }: ContentRefused,
  accepted: readonly MediaType[],
): DomainError {
  const remedy = reason === 'kind' ? `; send one of ${accepted.join(', ')}` : '';
  return fileRefused([{ path: 'file', message: `${message}${remedy}` }]);
}
