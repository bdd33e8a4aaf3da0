import { z } from 'zod';
import type { Json } from '../../domain/run/events';
import { buildCodeFacts, fieldsOf, nipUuid, presentCode, resolveNip } from '../shared/code-schema';
import { consentSchema, buildConsentProof } from '../shared/consent-schema';
import { code, email, fullName, singleLine, presetMobile, rfc, rfcFields } from '../shared/fields';
import { defineStepSchema } from '../schema-contract';
import { CONSENT_VERSION, consentText } from './consent-text';

const setup = z
  .object({
    nip_uuid: nipUuid,
    phone: presetMobile.nullish(),
    email: email.nullish(),
    text: z.string().min(1).max(20_000).nullish().describe('The consent, where it is not ours.'),
    version: singleLine(100).nullish().describe('Of the text; required with it.'),
  })
  .refine(({ text, version }) => (text == null) === (version == null), {
    path: ['version'],
    message: 'must be given with text, or neither of them',
  });

/** The RFC of the person who consents. */
const ownRfc = rfc.refine(
  (text) => !/^X[AE]XX010101000$/.test(text),
  'is a generic RFC, nobody’s own',
);

const data = z.union([
  z.strictObject({ full_name: fullName, rfc: ownRfc, accepted: z.literal(true) }),
  z.strictObject({ code }),
]);

interface Resolved {
  consent: { text: string; version: string };
  nip: Json;
}

const resolvedOf = (resolved: Json) => resolved as unknown as Resolved;

/**
 * Consent to a credit report, authorized by the codes of a NIP. Stores the text, the person, the time and the origin.
 */
export const cdcAuthorizationSchema = defineStepSchema({
  title: 'Autorización de consulta de crédito',
  description: 'Autorización para consultar el historial crediticio, confirmada con un NIP.',
  setup_required: false,
  requires_people: false,
  allow_multiple: false,
  geolocation: false,
  needs_person: true,
  setup,
  data,
  async resolve({ nip_uuid, text, version }, sources) {
    const found = await resolveNip(nip_uuid, sources);
    if ('fault' in found) return found;
    const given = text == null || version == null ? null : { text, version };
    const consent = given ?? {
      ...{ text: consentText(await sources.accountName()), version: CONSENT_VERSION },
    };
    return { resolved: { consent, nip: found.resolved } };
  },
  needs: (given, resolved) =>
    fieldsOf(resolvedOf(resolved).nip).filter((field) => given[field] == null),
  present: (_given, resolved) => ({
    ...(presentCode(resolvedOf(resolved).nip) as Record<string, Json>),
    ...resolvedOf(resolved).consent,
  }),
  settings: (_given, resolved) => ({
    nip: resolvedOf(resolved).nip,
    asks_for: 'consent',
  }),
  receive: (given, reception) => {
    if ('code' in given) return { payload: null, facts: buildCodeFacts(reception, given.code) };
    const { consent } = resolvedOf(reception.resolved);
    const payload = {
      ...{ full_name: given.full_name, ...rfcFields(given.rfc) },
      ...consentSchema(consent, reception),
    };
    return { payload, facts: { kind: 'consent' } };
  },
  keeps_data: false,
  proof: buildConsentProof,
});
