/** Decodes pictures with sharp, inside a file thread. */
import sharp, { type SharpOptions } from 'sharp';
import type { MediaType } from '../steps/schema-contract';
import type { Picture } from './file-task';
import { ContentRefused } from './file-scanner';

// Everything else that libvips reads (SVG, GIF, TIFF, HEIF, PDF …) is never decoded.
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
/** Stops libvips; the pool stops waiting for it a little later. */
const MAX_SECONDS = 10;
/** Bytes of a decoded pixel at most: four channels of 8 bits, or fewer of 16. Bounds memory together with the pixels. */
const BYTES_PER_PIXEL = 4;
const BYTES_PER_SAMPLE: Readonly<Record<string, number>> = { uchar: 1, ushort: 2 };
/** Decodes JPEG and WebP to a smaller size where the format allows it, which takes a tenth of the time. */
const THUMBNAIL = { width: 64, height: 64, fit: 'fill' } as const;

/** Reads the header, then decodes the picture to its end. @throws ContentRefused. */
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

/** Makes the copy that is served. @throws ContentRefused. */
export async function copyPicture(bytes: Uint8Array, maxPixels: number): Promise<Uint8Array> {
  try {
    await measure(bytes, maxPixels);
    // What was read at its upload is served as far as it can be decoded.
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

/** Reads the header alone, so that nothing large is decoded. */
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

/** Turns what the library throws into a refusal: it is the file that it can't read. */
function refusalOf(error: unknown): ContentRefused {
  if (error instanceof ContentRefused) return error;
  if (error instanceof Error && /timeout/i.test(error.message)) {
    return new ContentRefused('takes too long to decode; save it again and send that');
  }
  return new ContentRefused('is cut short or damaged; take or save the picture again');
}
