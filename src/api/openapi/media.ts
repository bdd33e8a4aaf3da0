/** Schemas of uploaded files in the API document. */
import { z } from 'zod';
import { described, integer, text, time, uuid } from './described';
import { answer } from './runs';

export const media = described(
  z.strictObject({
    collection: text('Collection of the step that the file belongs to.', 'id_back'),
    created_at: time('Time of the upload.'),
    mime: text('Media type, found by its content.', 'image/jpeg'),
    uuid: uuid('UUID of the file, for `GET /v1/media/{uuid}`.'),
    size: integer('Size in bytes, as it was uploaded.', 183_204),
  }),
  'An uploaded file.',
).meta({ id: 'Media' });

/** Response to an upload. */
export const uploaded = described(
  z.strictObject({
    media: described(media, 'The file.'),
    step: answer.shape.step,
    run: answer.shape.run,
  }),
  'An uploaded file, with the state of its step and workflow.',
).meta({ id: 'UploadedMedia' });

/** Form of an upload. */
export const uploadForm = described(
  z.strictObject({
    collection: described(
      z.string().min(1),
      'Collection of the step, as `media` of `GET /v1/session` and docs/steps.md list them. Send it before the file.',
      'id_back',
    ),
    file: described(
      z.string(),
      'The bytes of the file, with its name. JPEG, PNG, WebP, PDF, MP4, QuickTime, WebM or MP3, as the collection allows.',
      '(bytes of a JPEG)',
    ).meta({ format: 'binary' }),
  }),
  'A form with one file.',
).meta({ id: 'UploadForm' });

/** Accepted media types. */
export const MEDIA_TYPES = [
  ...['image/jpeg', 'image/png', 'image/webp', 'application/pdf'],
  ...['video/mp4', 'video/quicktime', 'video/webm', 'audio/mpeg', 'audio/mp4'],
] as const;
