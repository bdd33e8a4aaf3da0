/** The `autofill` of a creation: the document that its person signs, its title and the address that it is mailed to. */
import { z } from 'zod';
import { email, json, singleLine } from '../../fields';
import { described, UUID } from '../../openapi/described';

/** Autofill as sent: other fields are stored too, and `null` means absent. */
export const autofill = z
  .object({
    template_binding_uuid: described(
      z.uuid().nullish(),
      'UUID of a template binding of the account; returned as `template_binding_uuid`.',
      UUID,
    ),
    document_uuid: described(
      z.uuid().nullish(),
      'UUID of a document template of the account; returned as `document_uuid`.',
      UUID,
    ),
    document_name: described(
      singleLine(200).nullish(),
      'Title of the document, stored with the workflow; up to 200 characters.',
      'Contrato de crédito',
    ),
    autosigning: described(z.boolean().nullish(), 'Stored with the workflow.', false),
    send_email: described(
      z.boolean().nullish(),
      'Stored with the workflow; true needs `user_email`.',
      true,
    ),
    user_email: described(
      email.nullish(),
      'Email of the signer; required with `send_email`. Returned as `user_email`.',
      'ana@example.com',
    ),
  })
  .catchall(json)
  .refine(({ send_email, user_email }) => send_email !== true || user_email != null, {
    path: ['user_email'],
    message: 'is required with send_email',
  });
