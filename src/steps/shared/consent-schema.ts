/** Stores a person's consent: the text, the time and the origin. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Json } from '../../domain/run/events';
import { timestamp } from '../../domain/run/timestamps';
import type { SubmissionInput } from '../schema-contract';

type Circumstances = Pick<SubmissionInput<never>, 'client' | 'at'>;

/** Builds the schema of a consent: SHA-256 of the text (UTF-8, hexadecimal), its version, time, IP and user agent. */
export function consentSchema(
  { text, version }: { text: string; version: string },
  { client, at }: Circumstances,
): {
  accepted: true;
  version: string;
  text_sha256: string;
  accepted_at: string;
  ip: string | null;
  user_agent: string | null;
} {
  return {
    ...{ accepted: true, version, text_sha256: sha256(text), accepted_at: timestamp(at) },
    ...{ ip: client.ip, user_agent: client.user_agent },
  };
}

const proof = z.object({
  accepted: z.boolean(),
  version: z.string(),
  text_sha256: z.string(),
  accepted_at: z.string(),
});

/**
 * Returns the accepted text's hash and version with the time, but neither the person nor the device. Null for a payload
 * without a consent.
 */
export function buildConsentProof(payload: Json): Json {
  return proof.safeParse(payload).data ?? null;
}

/** Returns the digest of a text in UTF-8, hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
