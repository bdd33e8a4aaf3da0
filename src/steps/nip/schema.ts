import { z } from 'zod';
import { code, email, presetMobile } from '../shared/fields';
import { buildCodeFacts, fieldsOf, nipUuid, presentCode, resolveNip } from '../shared/code-schema';
import { defineStepSchema } from '../schema-contract';

const setup = z.object({
  nip_uuid: nipUuid,
  phone: presetMobile.nullish(),
  email: email.nullish(),
});

/**
 * One-time codes through the channels of a NIP (kiban's NIP configurations). The destination comes from an earlier form
 * or the run.
 */
export const nipSchema = defineStepSchema({
  title: 'NIP',
  description: 'Código de un solo uso enviado a la persona.',
  setup_required: true,
  requires_people: false,
  allow_multiple: true,
  geolocation: false,
  needs_person: false,
  setup,
  data: z.strictObject({ code }),
  keeps_data: false,
  resolve: ({ nip_uuid }, sources) => resolveNip(nip_uuid, sources),
  needs: (given, resolved) => fieldsOf(resolved).filter((field) => given[field] == null),
  present: (_given, resolved) => presentCode(resolved),
  settings: (_given, resolved) => ({ nip: resolved, asks_for: null }),
  receive: (given, reception) => ({ payload: null, facts: buildCodeFacts(reception, given.code) }),
});
