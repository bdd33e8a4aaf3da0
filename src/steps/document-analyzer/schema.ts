import { z } from 'zod';
import { nullIfAbsent } from '../shared/fields';
import { defineReviewSchema, required, SCAN } from '../shared/review-schema';

const KINDS = [
  ...['id', 'passport', 'proof_of_address', 'payslip', 'bank_statement'],
  ...['tax_certificate', 'birth_certificate', 'incorporation_deed', 'other'],
] as const;

/** A document whose text has to be transcribed. */
export const documentAnalyzerSchema = defineReviewSchema({
  title: 'Análisis de documento',
  description: 'Carga de un documento para la lectura de sus datos.',
  data: z.strictObject({
    document_type: nullIfAbsent(z.enum(KINDS)).describe('What the person says that it is.'),
  }),
  media: () => ({ document: required(SCAN, 10) }),
});
