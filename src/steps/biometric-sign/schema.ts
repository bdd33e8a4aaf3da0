import type { Json } from '../../domain/run/events';
import { defineReviewSchema, optional, PHOTO, required } from '../shared/review-schema';
import {
  presentSigning,
  shownDocument,
  signature,
  buildSignature,
  signingSetup,
} from '../shared/signing-schema';

/** A document that the person signs with their name and their face. */
export const biometricSignSchema = defineReviewSchema({
  title: 'Firma biométrica',
  description: 'Firma electrónica de un documento con una selfie.',
  traits: ['setup_required', 'geolocation'],
  setup: { ...signingSetup, document: shownDocument.nullish() },
  data: signature,
  media: () => ({ selfie: required(PHOTO), signature: optional(PHOTO) }),
  present: (setup) => ({ ...presentSigning(setup), document: (setup.document ?? null) as Json }),
  payload: (given, reception) => ({
    ...buildSignature(given, reception),
    document_sha256: reception.setup.document?.sha256 ?? null,
  }),
});
