import { defineReviewSchema, optional, PHOTO, required, VIDEO } from '../shared/review-schema';

/** Selfies in the requested poses, to show that a live person took them. */
export const livenessSchema = defineReviewSchema({
  title: 'Prueba de vida',
  description: 'Captura de selfies para comprobar que hay una persona real.',
  traits: ['geolocation'],
  enrols_face: 'selfie',
  media: () => ({ selfie: required(PHOTO, 5), video: optional(VIDEO) }),
});
