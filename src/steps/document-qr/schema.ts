import { z } from 'zod';
import { nullIfAbsent, requireWhole } from '../shared/fields';
import { defineReviewSchema, PHOTO, required } from '../shared/review-schema';

/** A QR code or barcode in a photo, with the text that the person's device decoded. */
export const documentQrSchema = defineReviewSchema({
  title: 'Código QR de documento',
  description: 'Captura de un código QR o de barras.',
  data: z.strictObject({
    text: nullIfAbsent(z.string().max(8_000).superRefine(requireWhole)).describe(
      'What a device read in it.',
    ),
  }),
  media: () => ({ code: required(PHOTO) }),
});
