/** Shared parts of the schemas of steps with an uploaded identity document. */
import { z } from 'zod';
import { nullIfAbsent } from './fields';

const KINDS = [
  ...['ine', 'residence_card', 'driving_licence', 'professional_licence', 'passport_card', 'other'],
] as const;

export const identityDocument = z.strictObject({
  document_type: nullIfAbsent(z.enum(KINDS)).describe('What the person says that it is.'),
});
