import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineStepSchema } from '../schema-contract';

const setup = z.strictObject({
  text: z.string().min(1).max(100_000),
  version: z.string().min(1).max(100),
});

const data = z.strictObject({ accepted: z.literal(true) });

/** Which text was accepted, and when; not by which device. */
const proven = z.object({
  accepted: z.boolean(),
  version: z.string(),
  text_sha256: z.string(),
  accepted_at: z.string(),
});

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
  proof: (payload) => proven.parse(payload),
  receive: (_given, { setup: { text, version }, client, at }) => ({
    payload: {
      accepted: true,
      version,
      text_sha256: createHash('sha256').update(text).digest('hex'),
      accepted_at: new Date(at).toISOString().replace('Z', '000Z'),
      ip: client.ip,
      user_agent: client.user_agent,
    },
    facts: null,
  }),
});
