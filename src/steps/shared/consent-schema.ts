/** What is kept of a person's consent: what it was given to, when and from where. */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Json } from '../../domain/run/events';
import { timestamp } from '../../domain/run/timestamps';
import type { SubmissionInput } from '../schema-contract';

type Circumstances = Pick<SubmissionInput<never>, 'client' | 'at'>;

/** Consent to a text: its SHA-256 (UTF-8, hexadecimal), its version, time, IP and user agent. */
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

/** Which text was accepted, and when; not by whom or by which device. Null of a payload without a consent. */
export function buildConsentProof(payload: Json): Json {
  return proof.safeParse(payload).data ?? null;
}

/** Of a text in UTF-8, hexadecimal. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
