import { z } from 'zod';
import { formField, type FormField } from '../../../steps/custom-form/form-data';
import type { FormFields } from '../../../store/configuration/configuration';
import { form, FORM_TEXT as T } from '../../openapi/forms';
import { configRoutes } from '../../config-resource';
import { singleLine } from '../../fields';
import { described } from '../../openapi/described';
import { EXAMPLE_KEYS } from '../../../steps/example-keys';

/** The predefined group of kiban's forms with the destinations of codes. */
const nipGeneric = z.strictObject({
  predefined: described(
    z.literal('nip_generic'),
    'The fields `phone` and `email` with their labels, both required.',
  ),
  without: described(
    z
      .array(z.enum(['phone', 'email']))
      .max(1)
      .default([]),
    'The one field to leave out; by default none.',
    ['email'],
  ),
});

const GROUP: readonly FormField[] = [
  { key: 'phone', label: 'Teléfono', type: 'phone', required: true },
  { key: 'email', label: 'Correo electrónico', type: 'email', required: true },
];

const body = z
  .strictObject({
    name: described(singleLine(100), T.name, 'Contacto'),
    fields: described(
      z
        .array(z.union([nipGeneric, formField]))
        .min(1)
        .max(100),
      T.fields,
      [{ predefined: 'nip_generic' }],
    ),
  })
  .transform(({ name, fields }) => ({ name, fields: fields.flatMap(spelledOut) }))
  .refine(({ fields }) => new Set(fields.map(({ key }) => key)).size === fields.length, {
    path: ['fields'],
    message: 'names a key twice',
  });

function spelledOut(field: z.infer<typeof nipGeneric> | FormField): FormField[] {
  if (!('predefined' in field)) return [field];
  const without: readonly string[] = field.without;
  return GROUP.filter(({ key }) => !without.includes(key));
}

/** Routes for the account's own forms. */
export const formRoutes = configRoutes<FormFields, z.infer<typeof body>>({
  path: 'forms',
  name: 'form',
  purpose: `A form of your own, which the step \`${EXAMPLE_KEYS.form}\` shows by its \`form_uuid\`. Its \`phone\` and \`email\` fields supply the destinations of later codes.`,
  store: (deps) => deps.forms,
  body,
  document: form,
  templateField: 'form_uuid',
  example: { name: 'Contacto', fields: [{ predefined: 'nip_generic' }] },
  asSent: ({ name, fields }) => ({ name, fields: fields }),
  check: (given) => Promise.resolve(given as FormFields),
});
