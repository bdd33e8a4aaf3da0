import { z } from 'zod';
import { consentSchema, buildConsentProof } from '../shared/consent-schema';
import { singleLine } from '../shared/fields';
import { defineStepSchema } from '../schema-contract';

const setup = z.object({
  text: z.string().min(1).max(100_000),
  version: singleLine(100),
});

const data = z.strictObject({ accepted: z.literal(true) });

/**
 * Consent to a text. Stores the text's SHA-256 (UTF-8, hexadecimal) and version, the time, the IP and the user agent.
 */
export const acceptanceSchema = defineStepSchema({
  title: 'Aceptación',
  description: 'Aceptación de términos, condiciones o consentimientos.',
  setup_required: true,
  requires_people: false,
  allow_multiple: true,
  geolocation: false,
  needs_person: true,
  setup,
  data,
  present: (given) => given,
  settings: () => null,
  proof: buildConsentProof,
  receive: (_given, reception) => ({
    payload: consentSchema(reception.setup, reception),
    facts: null,
  }),
});
