/** Schemas of uploaded files in the API document. */
import { z } from 'zod';
import { answer, at, uuid } from './runs';

export const media = z
  .strictObject({
    collection: z.string().meta({ examples: ['id_back'] }),
    created_at: at,
    mime: z.string().meta({ description: 'By its content.', examples: ['image/jpeg'] }),
    uuid,
    size: z.int().meta({ description: 'Bytes, as it was uploaded.' }),
  })
  .meta({ id: 'Media' });

/** Response to an upload. */
export const uploaded = z
  .strictObject({ media, step: answer.shape.step, run: answer.shape.run })
  .meta({ id: 'UploadedMedia' });

/** Form of an upload. */
export const uploadForm = z
  .strictObject({
    collection: z.string().min(1).meta({ description: 'What it is, as its step names it.' }),
    file: z.string().meta({ format: 'binary' }),
  })
  .meta({ id: 'UploadForm' });

/** Accepted media types. */
export const MEDIA_TYPES = [
  ...['image/jpeg', 'image/png', 'image/webp', 'application/pdf'],
  ...['video/mp4', 'video/quicktime', 'video/webm', 'audio/mpeg', 'audio/mp4'],
] as const;
