/** Decodes pictures with sharp, inside a file thread. */
import sharp, { type SharpOptions } from 'sharp';
import type { MediaType } from '../steps/schema-contract';
import type { Picture } from './file-task';
import { ContentRefused } from './file-scanner';

// Never decodes other formats of libvips (SVG, GIF, TIFF, HEIF, PDF …).
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp'].map((format) => `VipsForeignLoad${format}Buffer`),
});
sharp.cache(false);
sharp.concurrency(1);

const MIMES: Readonly<Record<string, MediaType>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
};
/** Time limit of libvips in seconds; the pool's own limit is a little longer. */
const MAX_SECONDS = 10;
/**
 * Maximum bytes of a decoded pixel: four channels of 8 bits, or fewer of 16. Limits memory together with the number of
 * pixels.
 */
const BYTES_PER_PIXEL = 4;
const BYTES_PER_SAMPLE: Readonly<Record<string, number>> = { uchar: 1, ushort: 2 };
/** Size for checking JPEG and WebP, which decode directly to a smaller size in a tenth of the time. */
const THUMBNAIL = { width: 64, height: 64, fit: 'fill' } as const;

/** Reads the header, then decodes the whole picture. @throws ContentRefused. */
export async function readPicture(bytes: Uint8Array, maxPixels: number): Promise<Picture> {
  try {
    const picture = await measure(bytes, maxPixels);
    await open(bytes, { limitInputPixels: maxPixels, failOn: 'truncated' })
      .resize(THUMBNAIL)
      .raw()
      .toBuffer();
    return picture;
  } catch (error) {
    throw refusalOf(error);
  }
}

/** Creates the copy that is served. @throws ContentRefused. */
export async function copyPicture(bytes: Uint8Array, maxPixels: number): Promise<Uint8Array> {
  try {
    await measure(bytes, maxPixels);
    // The picture was valid at its upload: decodes as much as possible.
    return await open(bytes, { limitInputPixels: maxPixels, failOn: 'none' })
      .autoOrient()
      .jpeg({ quality: 90, force: false })
      .png({ compressionLevel: 4, force: false })
      .webp({ quality: 90, effort: 1, force: false })
      .toBuffer();
  } catch (error) {
    throw refusalOf(error);
  }
}

function open(bytes: Uint8Array, options: SharpOptions) {
  return sharp(bytes, options).timeout({ seconds: MAX_SECONDS });
}

/** Reads only the header, so that oversized pictures are never decoded. */
async function measure(bytes: Uint8Array, maxPixels: number): Promise<Picture> {
  const header = await open(bytes, { limitInputPixels: false }).metadata();
  const { format, width, height, channels, depth } = header;
  const mime = MIMES[format];
  if (mime === undefined) throw new ContentRefused('is of a kind that is not accepted', 'kind');
  const pixels = width * height;
  if (pixels > maxPixels) throw new ContentRefused(`has more than ${maxPixels} pixels`);
  const decoded = pixels * channels * (BYTES_PER_SAMPLE[depth] ?? Infinity);
  if (decoded > maxPixels * BYTES_PER_PIXEL) {
    throw new ContentRefused('is too large to decode; send it with 8 bits a channel');
  }
  return { mime, pixels };
}

/** Converts an error of the library to a refusal: the file can't be read. */
function refusalOf(error: unknown): ContentRefused {
  if (error instanceof ContentRefused) return error;
  if (error instanceof Error && /timeout/i.test(error.message)) {
    return new ContentRefused('takes too long to decode; save it again and send that');
  }
  return new ContentRefused('is cut short or damaged; take or save the picture again');
}
