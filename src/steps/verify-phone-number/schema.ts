import { z } from 'zod';
import { code, mobile, presetMobile } from '../shared/fields';
import { buildCodeFacts, fieldsOf, nipUuid, presentCode, resolveNip } from '../shared/code-schema';
import { defineStepSchema } from '../schema-contract';

const setup = z.object({ nip_uuid: nipUuid, phone: presetMobile.nullish() });
const data = z.union([z.strictObject({ phone: mobile }), z.strictObject({ code })]);

/** The person's phone, unless it is preset; then the codes of a NIP. */
export const verifyPhoneNumberSchema = defineStepSchema({
  title: 'Verificación de teléfono',
  description: 'Comprobación de que la persona recibe mensajes en su teléfono.',
  setup_required: false,
  requires_people: false,
  allow_multiple: false,
  geolocation: false,
  needs_person: (given) => given.phone == null,
  setup,
  data,
  keeps_data: false,
  resolve: async ({ nip_uuid }, sources) => {
    const found = await resolveNip(nip_uuid, sources);
    if ('fault' in found || fieldsOf(found.resolved).includes('phone')) return found;
    return { fault: { path: ['nip_uuid'], message: 'is a NIP without a channel for phones' } };
  },
  needs: (_given, resolved) => fieldsOf(resolved).filter((field) => field !== 'phone'),
  presets: ['phone'],
  supplies: () => ['phone'],
  present: (_given, resolved) => presentCode(resolved),
  settings: (given, resolved) => ({
    nip: resolved,
    asks_for: given.phone == null ? 'phone' : null,
  }),
  receive: (given, reception) =>
    'code' in given
      ? { payload: null, facts: buildCodeFacts(reception, given.code) }
      : { payload: given, facts: { kind: 'destination' } },
});
