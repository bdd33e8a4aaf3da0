/** Shared parts of the schemas of steps in which a person signs documents that they were shown. */
import { z } from 'zod';
import type { Json } from '../../domain/run/events';
import { timestamp } from '../../domain/run/timestamps';
import { fullName, singleLine } from './fields';
import type { SubmissionInput } from '../schema-contract';

/** A document that the integrator shows: its hash, and the address where it can be read. */
export const shownDocument = z.strictObject({
  name: singleLine(200).describe('What the document is called, for its reader.'),
  sha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in 64 hexadecimal digits')
    .nullish()
    .describe('Of its bytes: which document it was stays proven.'),
  url: z
    .url({ protocol: /^https$/, message: 'must be an https address' })
    .max(2_048)
    .nullish()
    .describe('Where its reader’s browser gets it.'),
  pages: z.int().min(1).max(500).nullish().describe('How many pages it has.'),
});

/** Setup fields of every step that signs. */
export const signingSetup = {
  token: z.string().max(4_096).nullish().describe('Kept sealed and shown to nobody.'),
  store_sign: z.boolean().nullish().describe('Whether the signature may be used again.'),
};

/** The person's agreement with their name, and optionally a drawn signature. */
export const signature = z.strictObject({
  accepted: z.literal(true),
  signed_name: fullName,
});

/** Records the signer, the time and the origin. */
export function buildSignature(
  { signed_name }: z.output<typeof signature>,
  { client, at }: Pick<SubmissionInput<never>, 'client' | 'at'>,
): Record<string, Json> {
  return { accepted: true, signed_name, signed_at: timestamp(at), ...client };
}

/** Returns the part of a signing setup that the page may read: all but its token. */
export function presentSigning(setup: {
  store_sign?: boolean | null | undefined;
}): Record<string, Json> {
  return { store_sign: setup.store_sign ?? false };
}
