/** Schema of the session in the API document: what the person's page reads. */
import { z } from 'zod';
import { anything, described, flag, integer, text, textOrNull, time, uuid } from './described';
import { progressFields, reason } from './runs';
import { stepStatus } from './statuses';
import { customId, stepFields, stepKey } from './steps';

const outline = z.strictObject({
  uuid: uuid('UUID of the step.'),
  step: stepKey,
  custom_id: customId,
  title: text('Title of the step, in Spanish.', 'Verificación de teléfono'),
  status: stepStatus,
});

const currentStep = z.strictObject({
  ...stepFields,
  setup: described(
    z.unknown(),
    'The part of the setup that the page needs, in a form of its own, such as `code_length` and `channels`.',
    { code_length: 6, channels: ['sms'] },
  ),
  texts: described(anything, 'Texts of the customization for this step; empty without any.', {}),
  prefill: described(
    anything.nullable(),
    'Values that the form begins with, by field, after a restart; the person checks and submits them. Null without any.',
    null,
  ),
});

const file = z.strictObject({
  uuid: uuid('UUID of the file.'),
  mime: text('Media type, found by its content.', 'image/jpeg'),
  size: integer('Size in bytes, as it was uploaded.', 183_204),
  created_at: time('Time of the upload.'),
});

const collection = z.strictObject({
  collection: text('Name of the collection, sent with each upload.', 'id_front'),
  types: described(z.array(z.string()), 'Media types that are accepted.', [
    'image/jpeg',
    'image/png',
  ]),
  required: flag('True if a file is needed before the step can be submitted.', true),
  max_files: integer('Number of files that fit into the collection.', 1),
  max_bytes: integer('Bytes that a file may have.', 20_971_520),
  max_pages: integer('Pages that a PDF may have.', 200),
  max_pixels: integer('Pixels that a picture may have (width times height).', 67_108_864),
  files: described(z.array(file), 'Files that were uploaded to it.'),
});

export const session = described(
  z.strictObject({
    run: described(
      z.strictObject({
        ...progressFields,
        reason,
        steps: described(z.array(outline), 'Steps of the workflow in order, for a progress bar.'),
      }),
      'State of the workflow.',
    ),
    step: described(currentStep.nullable(), 'The step that comes next; null where none is left.'),
    theme: described(anything, 'Colours and logo of the customization; empty without any.', {
      primary: '#1a5fb4',
    }),
    account: described(
      z.strictObject({
        name: textOrNull('Name of the account, shown to the person.', 'Banco Ejemplo'),
      }),
      'The account that asks.',
    ),
    purpose: text(
      "A sentence that tells the person what the workflow is for, in the session's language.",
      'Verificación de identidad.',
    ),
    language: text("Language of the person's pages and messages: `es`, `en` or `pt`.", 'es'),
    media: described(
      z.array(collection),
      'Collections that can be uploaded to the current step, with their files.',
    ),
    attempts_left: described(
      z.int().nullable(),
      'Number of codes that may still be typed wrong; null where no code is expected.',
      5,
    ),
    asks_for: described(
      z.enum(['phone', 'email', 'consent', 'code', 'data']).nullable(),
      'What the current step waits for from the person: its `phone` or `email`, once, then the `code`; a `consent` first; or its `data`. Null: nothing now.',
      'code',
    ),
    asks_for_phone: flag('True where `asks_for` is `phone`.', false),
    may_postpone: flag('Always false: workflows are not postponed.', false),
    redirect_url: textOrNull(
      'Address to which the page sends the person at the end, as given with the token; null without one.',
      'https://example.com/done',
    ),
  }),
  "All that the person's page needs.",
).meta({ id: 'Session' });
