import { z } from 'zod';
import { code, email } from '../shared/fields';
import { buildCodeFacts, fieldsOf, nipUuid, presentCode, resolveNip } from '../shared/code-schema';
import { defineStepSchema } from '../schema-contract';

const setup = z.object({ nip_uuid: nipUuid, email: email.nullish() });
const data = z.union([z.strictObject({ email }), z.strictObject({ code })]);

/** The person's email, unless it is preset; then the codes of a NIP. */
export const verifyEmailSchema = defineStepSchema({
  title: 'Verificación de correo',
  description: 'Comprobación de que la persona recibe correos en su dirección.',
  setup_required: false,
  requires_people: false,
  allow_multiple: false,
  geolocation: false,
  needs_person: (given) => given.email == null,
  setup,
  data,
  keeps_data: false,
  resolve: async ({ nip_uuid }, sources) => {
    const found = await resolveNip(nip_uuid, sources, 'email');
    if ('fault' in found || fieldsOf(found.resolved).includes('email')) return found;
    return { fault: { path: ['nip_uuid'], message: 'is a NIP without an email channel' } };
  },
  needs: (_given, resolved) => fieldsOf(resolved).filter((field) => field !== 'email'),
  presets: ['email'],
  supplies: () => ['email'],
  present: (_given, resolved) => presentCode(resolved),
  settings: (given, resolved) => ({
    nip: resolved,
    asks_for: given.email == null ? 'email' : null,
  }),
  receive: (given, reception) =>
    'code' in given
      ? { payload: null, facts: buildCodeFacts(reception, given.code) }
      : { payload: given, facts: { kind: 'destination' } },
});
