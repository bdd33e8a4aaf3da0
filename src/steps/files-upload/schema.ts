import { z } from 'zod';
import type { Json } from '../../domain/run/events';
import { singleLine } from '../shared/fields';
import { defineReviewSchema } from '../shared/review-schema';
import type { MediaRule, MediaType } from '../schema-contract';

const TYPES = [
  ...['image/jpeg', 'image/png', 'image/webp', 'application/pdf'],
  ...['video/mp4', 'video/quicktime', 'video/webm', 'audio/mpeg', 'audio/mp4'],
] as const satisfies MediaType[];

const file = z.strictObject({
  collection: z
    .string()
    .regex(/^[a-z][a-z0-9_]{0,63}$/, 'must be 1 to 64 of a-z, 0-9 and _, a letter first')
    .describe('Under which the file is uploaded and kept.'),
  title: singleLine(200).describe('What is asked for, for the person.'),
  description: singleLine(1_000).nullish(),
  types: z.array(z.enum(TYPES)).min(1).nullish().describe('Images and PDF where it is left out.'),
  required: z.boolean().nullish().describe('True where it is left out.'),
  max_files: z.int().min(1).max(20).nullish().describe('1 where it is left out.'),
  max_bytes: z.int().min(1).nullish().describe('Of one file.'),
  max_pages: z.int().min(1).nullish().describe('Of a PDF.'),
});

const files = z
  .array(file)
  .min(1)
  .max(20)
  .superRefine((listed, context) => {
    for (const [index, { collection }] of listed.entries()) {
      if (listed.findIndex((each) => each.collection === collection) === index) continue;
      const path = [index, 'collection'];
      context.addIssue({
        code: 'custom',
        path,
        message: 'is there already: give each file a collection of its own',
      });
    }
  });

/** Files that the integrator requests by name. */
export const filesUploadSchema = defineReviewSchema({
  title: 'Carga de archivos',
  description: 'Carga de los archivos que se soliciten.',
  traits: ['setup_required', 'allow_multiple'],
  setup: { files },
  media: (setup) =>
    Object.fromEntries(setup.files.map((each) => [each.collection, ruleOf(each)] as const)),
  present: (setup) => ({ files: setup.files as unknown as Json }),
});

function ruleOf(asked: z.output<typeof file>): MediaRule {
  const { types, required, max_files, max_bytes, max_pages } = asked;
  return {
    types: types ?? TYPES.slice(0, 4),
    required: required ?? true,
    max_files: max_files ?? 1,
    ...(max_bytes != null && { max_bytes }),
    ...(max_pages != null && { max_pages }),
  };
}
