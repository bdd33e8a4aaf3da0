/** Tasks of file threads and their results. */
import type { MediaType } from '../steps/schema-contract';
import type { ContentRefused } from './file-scanner';

/** Size of a page in points (1/72 inch), after its `/Rotate`. */
export interface PageSize {
  width: number;
  height: number;
}

/** A picture of an accepted type. */
export interface Picture {
  mime: MediaType;
  /** Width times height in pixels. */
  pixels: number;
}

export interface FileAnswers {
  /** Sizes of the first `limit` pages of a PDF. */
  pages: PageSize[];
  /** A picture of at most `limit` pixels that can be decoded completely. */
  picture: Picture;
  /** An upright copy of such a picture without metadata, in sRGB. */
  copy: Uint8Array;
}

export interface FileTask<Kind extends keyof FileAnswers = keyof FileAnswers> {
  kind: Kind;
  bytes: Uint8Array<ArrayBuffer>;
  limit: number;
}

/** Thrown if too many files are waiting. */
export class FilesBusy extends Error {
  override readonly name = 'FilesBusy';
}

/** Message of a thread with its result. */
export type FileOutcome<Kind extends keyof FileAnswers = keyof FileAnswers> =
  | { answer: FileAnswers[Kind] }
  | { refused: Pick<ContentRefused, 'message' | 'reason'> }
  | { failed: string };
