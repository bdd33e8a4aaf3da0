import { z } from 'zod';
import { email, fullName, nullIfAbsent, phone } from '../shared/fields';
import { defineFormSchema } from '../shared/form-schema';

const RELATIONSHIPS = [
  ...['family', 'spouse', 'friend', 'coworker', 'neighbor', 'landlord', 'business', 'other'],
] as const;

const reference = z.strictObject({
  full_name: fullName,
  relationship: z.enum(RELATIONSHIPS),
  phone: phone.describe('E.164; another one for each.'),
  email: nullIfAbsent(email),
  years_known: nullIfAbsent(z.int().min(0).max(120)),
});

const data = z.strictObject({
  references: z
    .array(reference)
    .min(1)
    .max(5)
    .superRefine((references, context) => {
      for (const [index, { phone: given }] of references.entries()) {
        if (references.findIndex((each) => each.phone === given) === index) continue;
        const message = 'is the phone of another reference';
        context.addIssue({ code: 'custom', path: [index, 'phone'], message });
      }
    }),
});

/** References of the person, each with a phone number of their own. */
export const personalReferencesSchema = defineFormSchema({
  title: 'Referencias personales',
  description: 'Captura de personas que conocen a la persona.',
  data,
  payload: ({ references }) => ({ references, count: references.length }),
});
