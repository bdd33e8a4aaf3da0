import { z } from 'zod';
import { nullIfAbsent } from '../shared/fields';
import { defineReviewSchema, optional, required, SCAN } from '../shared/review-schema';

const KINDS = [
  ...['electricity_bill', 'water_bill', 'gas_bill', 'telephone_bill', 'property_tax'],
  ...['bank_statement', 'lease', 'other'],
] as const;

/** A bill with the address, or the person's location. */
export const addressVerificationSchema = defineReviewSchema({
  title: 'Verificación de domicilio',
  description: 'Comprobación del domicilio con un comprobante o con la ubicación.',
  traits: ['geolocation'],
  setup: {
    proof: z
      .enum(['document', 'location'])
      .nullish()
      .describe(
        'document (where it is left out): a bill is required; location: it may be left out.',
      ),
  },
  data: z.strictObject({
    document_type: nullIfAbsent(z.enum(KINDS)).describe('What the person says that it is.'),
  }),
  media: ({ proof }) => ({
    proof_of_address: proof === 'location' ? optional(SCAN, 3) : required(SCAN, 3),
  }),
  present: ({ proof }) => ({ proof: proof ?? 'document' }),
});
