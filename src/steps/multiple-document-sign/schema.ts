import { z } from 'zod';
import type { Json } from '../../domain/run/events';
import { defineReviewSchema, optional, PHOTO } from '../shared/review-schema';
import {
  presentSigning,
  shownDocument,
  signature,
  buildSignature,
  signingSetup,
} from '../shared/signing-schema';

const documents = z
  .array(shownDocument)
  .min(1)
  .max(20)
  .superRefine((listed, context) => {
    for (const [index, { name }] of listed.entries()) {
      if (listed.findIndex((each) => each.name === name) === index) continue;
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: 'is there already: give each document a name of its own',
      });
    }
  });

/** Documents that the person signs together. */
export const multipleDocumentSignSchema = defineReviewSchema({
  title: 'Firma de varios documentos',
  description: 'Firma electrónica de varios documentos a la vez.',
  traits: ['setup_required', 'geolocation'],
  setup: { ...signingSetup, documents },
  data: signature,
  media: () => ({ signature: optional(PHOTO) }),
  present: (setup) => ({ ...presentSigning(setup), documents: setup.documents as Json }),
  payload: (given, reception) => ({
    ...buildSignature(given, reception),
    documents: reception.setup.documents.map(({ name, sha256 = null }) => ({ name, sha256 })),
  }),
});
