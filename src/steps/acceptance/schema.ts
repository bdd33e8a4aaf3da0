import { z } from 'zod';
import { consentTo, provenConsent } from '../consent-schema';
import { line } from '../fields';
import { defineStepSchema } from '../schema-contract';

const setup = z.object({
  text: z.string().min(1).max(100_000),
  version: line(100),
});

const data = z.strictObject({ accepted: z.literal(true) });

/** Consent to a text: SHA-256 of the text (UTF-8, hexadecimal), its version, time, IP and user agent are kept. */
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
  proof: provenConsent,
  receive: (_given, reception) => ({
    payload: consentTo(reception.setup, reception),
    facts: null,
  }),
});
