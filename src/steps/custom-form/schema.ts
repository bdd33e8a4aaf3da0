import { z } from 'zod';
import type { Json } from '../../domain/run/events';
import { defineStepSchema, type DestinationField } from '../schema-contract';
import { formData, type FormField } from './form-data';

const setup = z.object({ form_uuid: z.uuid().toLowerCase() });

export function fieldsIn(resolved: Json): FormField[] {
  return (resolved as unknown as { fields: FormField[] } | null)?.fields ?? [];
}

/** A form of the account. Later codes are sent to its fields `phone` and `email`. */
export const customFormSchema = defineStepSchema({
  title: 'Formulario',
  description: 'Formulario configurado por la cuenta.',
  setup_required: true,
  requires_people: false,
  allow_multiple: true,
  geolocation: false,
  needs_person: true,
  is_form: true,
  setup,
  data: z.record(z.string(), z.unknown()),
  dataFor: (resolved) => formData(fieldsIn(resolved)),
  async resolve({ form_uuid }, sources) {
    const resolved = await sources.form(form_uuid);
    return resolved === null
      ? { fault: { path: ['form_uuid'], message: 'is no form of this account' } }
      : { resolved };
  },
  supplies: (resolved) =>
    (['phone', 'email'] as const satisfies DestinationField[]).filter((name) =>
      fieldsIn(resolved).some(({ key, type }) => key === name && type === name),
    ),
  present: (_given, resolved) => ({ fields: fieldsIn(resolved) as unknown as Json }),
  settings: () => null,
  receive: (data) => ({ payload: data as Json, facts: null }),
});
