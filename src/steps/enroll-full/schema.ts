import { identityDocument } from '../shared/identity-schema';
import { defineReviewSchema, PHOTO, required } from '../shared/review-schema';

/** An identity document, both sides, and the face of its holder. */
export const enrollFullSchema = defineReviewSchema({
  title: 'Enrolamiento Completo',
  description: 'Enrolamiento biometrico y obtencion de selfie con identificacion oficial',
  traits: ['geolocation'],
  enrols_face: 'selfie',
  data: identityDocument,
  media: () => ({
    ...{ id_front: required(PHOTO), id_back: required(PHOTO), selfie: required(PHOTO) },
  }),
});
