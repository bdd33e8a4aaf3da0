import { defineReviewSchema, optional, PHOTO, required, VIDEO } from '../shared/review-schema';

/** A selfie of a person whose face is enrolled. */
export const authSchema = defineReviewSchema({
  title: 'Autenticación',
  description: 'Autenticación de la persona con su rostro.',
  traits: ['requires_people', 'geolocation'],
  media: () => ({ selfie: required(PHOTO, 5), video: optional(VIDEO) }),
});
