/** The `autofill` of a creation: the document that its person signs, its title and the address that it is mailed to. */
import { z } from 'zod';
import { email, json, singleLine } from '../../fields';

/** Autofill as sent: other fields are stored too, and `null` means absent. */
export const autofill = z
  .object({
    template_binding_uuid: z.uuid().nullish(),
    document_uuid: z.uuid().nullish(),
    document_name: singleLine(200).nullish(),
    autosigning: z.boolean().nullish(),
    send_email: z.boolean().nullish(),
    user_email: email.nullish(),
  })
  .catchall(json)
  .refine(({ send_email, user_email }) => send_email !== true || user_email != null, {
    path: ['user_email'],
    message: 'is required with send_email',
  });
