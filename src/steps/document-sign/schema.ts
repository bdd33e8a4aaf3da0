import type { Json } from '../../domain/run/events';
import { defineReviewSchema, optional, PHOTO } from '../shared/review-schema';
import {
  presentSigning,
  shownDocument,
  signature,
  buildSignature,
  signingSetup,
} from '../shared/signing-schema';

/** A document that the person signs with their name, and optionally with a drawn signature. */
export const documentSignSchema = defineReviewSchema({
  title: 'Firma de documento',
  description: 'Firma electrónica de un documento.',
  traits: ['setup_required', 'allow_multiple', 'geolocation'],
  setup: { ...signingSetup, document: shownDocument.nullish() },
  data: signature,
  media: () => ({ signature: optional(PHOTO) }),
  present: (setup) => ({ ...presentSigning(setup), document: (setup.document ?? null) as Json }),
  payload: (given, reception) => ({
    ...buildSignature(given, reception),
    document_sha256: reception.setup.document?.sha256 ?? null,
  }),
});
