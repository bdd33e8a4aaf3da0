import { identityDocument } from '../shared/identity-schema';
import { defineReviewSchema, PHOTO, required } from '../shared/review-schema';

/** An identity document, both sides. */
export const enrollBasicSchema = defineReviewSchema({
  title: 'Enrolamiento Básico',
  description: 'Captura de ambos lados de una identificación oficial',
  traits: ['geolocation'],
  data: identityDocument,
  media: () => ({ id_front: required(PHOTO), id_back: required(PHOTO) }),
});
