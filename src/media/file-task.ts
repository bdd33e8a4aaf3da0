/** Tasks of file threads and their answers. */
import type { MediaType } from '../steps/schema-contract';
import type { ContentRefused } from './file-scanner';

/** Size of a page in points (1/72 inch), as it is shown: turned by its `/Rotate`. */
export interface PageSize {
  width: number;
  height: number;
}

/** A picture of a type that is accepted. */
export interface Picture {
  mime: MediaType;
  /** Width times height. */
  pixels: number;
}

export interface FileAnswers {
  /** Sizes of the first `limit` pages of a PDF. */
  pages: PageSize[];
  /** A picture of at most `limit` pixels that can be decoded to its end. */
  picture: Picture;
  /** An upright copy of such a picture without metadata, in sRGB. */
  copy: Uint8Array;
}

export interface FileTask<Kind extends keyof FileAnswers = keyof FileAnswers> {
  kind: Kind;
  bytes: Uint8Array<ArrayBuffer>;
  limit: number;
}

/** Thrown when too many files wait to be read. */
export class FilesBusy extends Error {
  override readonly name = 'FilesBusy';
}

/** Sent back by a thread. */
export type FileOutcome<Kind extends keyof FileAnswers = keyof FileAnswers> =
  | { answer: FileAnswers[Kind] }
  | { refused: Pick<ContentRefused, 'message' | 'reason'> }
  | { failed: string };
