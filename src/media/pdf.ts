/**
 * PDF (ISO 32000): how many pages it has and whether it can be read, with bounded work. What is compressed is inflated
 * to a bound only, since a few kilobytes may stand for gigabytes; nothing is drawn and nothing in it is executed.
 */
import { inflateSync } from 'node:zlib';
import { ContentRefused, type Format } from './walk';

/** What the object streams of one file may inflate to, in bytes. */
const MAX_INFLATED = 32 * 1024 * 1024;
/** Each is looked at with what stands before it; a page has a handful. */
const MAX_STREAMS = 5_000;
/** A dictionary stands before its stream within so many bytes. */
const DICTIONARY_BYTES = 4_096;
const TRAILER_BYTES = 2_048;
const PAGE = /\/Type\s*\/Page(?![A-Za-z])/g;

/** Collects the file, since its index stands at its end: whoever feeds it bounds it. */
export function* walkPdf(): Format {
  const parts: Buffer[] = [];
  for (;;) {
    const bytes = yield { some: true };
    if (bytes.length === 0) break;
    parts.push(bytes);
  }
  return { mime: 'application/pdf', pages: countPages(Buffer.concat(parts)) };
}

/**
 * The pages of a PDF. One that was changed after it was made may count its older pages too: a bound, not a number to
 * print.
 * @throws ContentRefused where it is cut short, encrypted, without pages, or compressed out of all proportion.
 */
function countPages(bytes: Buffer): number {
  const text = bytes.toString('latin1');
  if (!text.slice(-TRAILER_BYTES).includes('%%EOF') || !text.includes('startxref')) {
    throw new ContentRefused('is cut short');
  }
  const { dictionaries, inflated } = objectsOf(bytes, text);
  if ([text, ...dictionaries].some((each) => /\/Encrypt[\s/<[(\d]/.test(withoutStreams(each)))) {
    throw new ContentRefused('is encrypted');
  }
  const pages = [withoutStreams(text), ...inflated].reduce(
    (sum, each) => sum + (each.match(PAGE)?.length ?? 0),
    0,
  );
  if (pages === 0) throw new ContentRefused('is a PDF without pages');
  return pages;
}

/** What stands in object streams, inflated; and the dictionaries of all index streams. */
function objectsOf(bytes: Buffer, text: string) {
  const inflated: string[] = [];
  const dictionaries: string[] = [];
  let left = MAX_INFLATED;
  let last = 0;
  let streams = 0;
  for (const match of text.matchAll(/stream\r?\n/g)) {
    // Streams don't overlap: what looks like one inside another is content, and isn't gone through again.
    if (match.index < last || text.slice(match.index - 3, match.index) === 'end') continue;
    streams += 1;
    if (streams > MAX_STREAMS) throw new ContentRefused('is a PDF of an unusual kind');
    const dictionary = dictionaryBefore(text, match.index);
    // A name may be written with codes for its letters: then it isn't told what the stream is, and it is looked into.
    const isIndex =
      /\/(ObjStm|XRef)\b/.test(dictionary) || /\/Type\s*\/[^\s/<>]*#/.test(dictionary);
    if (!isIndex) continue;
    dictionaries.push(dictionary);
    const start = match.index + match[0].length;
    const end = text.indexOf('endstream', start);
    if (end < 0) throw new ContentRefused('is cut short');
    last = end;
    const body = bytes.subarray(start, end);
    const content = inflate(dictionary, body, left);
    left -= content.length;
    if (!/\/XRef\b/.test(dictionary)) inflated.push(content);
  }
  return { inflated, dictionaries };
}

function dictionaryBefore(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - DICTIONARY_BYTES), at);
  const start = before.lastIndexOf(' obj');
  return start < 0 ? before : before.slice(start);
}

function inflate(dictionary: string, body: Buffer, left: number): string {
  const filters = /\/Filter\s*(\[[^\]]*\]|\/[^\s/<>[\]]+)/.exec(dictionary)?.[1] ?? '';
  if (filters === '') return body.toString('latin1');
  if (!/^\[?\s*\/FlateDecode\s*\]?$/.test(filters))
    throw new ContentRefused('is a PDF of an unusual kind');
  try {
    return inflateSync(body, { maxOutputLength: Math.max(1, left) }).toString('latin1');
  } catch (error) {
    const isLarge = (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE';
    throw new ContentRefused(isLarge ? 'is compressed out of all proportion' : 'is a damaged PDF');
  }
}

/** Without what lies in streams: text and pictures, in which anything may stand. */
function withoutStreams(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf('stream', from);
    const end = start < 0 ? -1 : text.indexOf('endstream', start + 6);
    if (end < 0) break;
    kept.push(text.slice(from, start));
    from = end + 9;
  }
  kept.push(text.slice(from));
  return kept.join(' ');
}
