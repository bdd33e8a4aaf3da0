/** What a file is, by its content: neither its name nor what its sender calls it counts. */
import type { MediaType } from '../steps/schema-contract';
import { walkMp3, walkMp4, walkWebm } from './film';
import { walkJpeg } from './jpeg';
import { walkPdf } from './pdf';
import { walkPng } from './png';
import { ContentRefused, Walk, type Format, type Found, type Want } from './walk';
import { walkWebp } from './webp';

export { ContentRefused } from './walk';

const HEAD_BYTES = 12;

/** The formats by their first bytes. */
const FORMATS: readonly [begins: RegExp, walk: () => Format][] = [
  [/^\xff\xd8\xff/, walkJpeg],
  [/^\x89PNG\r\n[^]\n/, walkPng],
  [/^RIFF[^]{4}WEBP/, walkWebp],
  [/^%PDF-\d/, walkPdf],
  [/^[^]{4}ftyp/, walkMp4],
  [/^[^]E\xdf\xa3/, walkWebm],
  [/^(ID3|\xff[\xe2\xe3\xf2\xf3\xfa\xfb])/, walkMp3],
];

/** Tells by the first bytes what it is, and walks on as that. */
function* walkAny(): Generator<Want, Found, Buffer> {
  const head = yield { take: HEAD_BYTES };
  if (head.length === 0) throw new ContentRefused('is empty');
  const begins = head.toString('latin1');
  const [, walk] = FORMATS.find(([begin]) => begin.test(begins)) ?? [];
  if (walk === undefined) throw new ContentRefused('is of a kind that is not taken');
  yield { back: head };
  return yield* walk();
}

/** Looks at a file whose bytes come in pieces. */
export function inspect(): Walk {
  return new Walk(walkAny());
}

/** What of a stored picture is served: its pixels, and how they are to be shown. */
export async function* servedCopy(content: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const walk = inspect();
  for await (const chunk of content) {
    const kept = walk.push(chunk);
    if (kept.length > 0) yield kept;
  }
  const { rest } = walk.end();
  if (rest.length > 0) yield rest;
}

export function isMediaType(mime: string): mime is MediaType {
  return Object.hasOwn(ENDINGS, mime);
}

/** The usual ending of a file name, by type. */
export const ENDINGS: Readonly<Record<MediaType, string>> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'image/webp': 'webp',
  'application/pdf': 'pdf',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'audio/mpeg': 'mp3',
  'audio/mp4': 'm4a',
};
