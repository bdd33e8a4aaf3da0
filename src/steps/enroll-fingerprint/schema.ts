import { z } from 'zod';
import { nullIfAbsent } from '../shared/fields';
import { defineReviewSchema, PHOTO, required } from '../shared/review-schema';

const FINGERS = ['thumb', 'index', 'middle', 'ring', 'little'];
const ALL = ['left', 'right'].flatMap((hand) => FINGERS.map((finger) => `${hand}_${finger}`));

/** Photos of fingertips. */
export const enrollFingerprintSchema = defineReviewSchema({
  title: 'Enrolamiento de huellas',
  description: 'Captura de las huellas dactilares con la cámara.',
  data: z.strictObject({
    fingers: nullIfAbsent(z.array(z.enum(ALL)).min(1).max(10)).describe(
      'Whose they are, photo by photo.',
    ),
  }),
  media: () => ({ fingerprints: required(PHOTO, 10) }),
});
