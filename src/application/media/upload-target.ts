import type { Inspecting } from '../../media/inspect';
import type { FileInfo } from '../../media/file-scanner';
import type { MediaType } from '../../steps/schema-contract';

/** A file whose bytes are stored, with its inspected content. */
export interface StoredFile extends FileInfo {
  /** Id of its bytes in the store. */
  stored: string;
  /** Size in bytes. */
  size: number;
  sha256: string;
}

/** Receives the bytes of an upload. */
export interface UploadTarget {
  /** Size of the largest file that any collection of the step accepts, in bytes. */
  limit: number;
  /** Limits that apply to any collection, and the account of the run. */
  inspecting: Inspecting;
  /** Types that the collections of the step accept. */
  accepted: readonly MediaType[];
  /** Stores the bytes as they arrive. Removes them on an error. */
  store: (bytes: AsyncIterable<Buffer>) => Promise<string>;
  /** Removes stored bytes that no run gets. */
  discard: (stored: string) => Promise<void>;
}
