/** Verifies and parses SendGrid's event webhooks. */
import { createPublicKey, verify } from 'node:crypto';
import { z } from 'zod';
import type { ProviderReceipt } from '../connector';
import { KEY_ARGUMENT } from './sendgrid';

/**
 * Verifies SendGrid's signature (ECDSA P-256 over timestamp and raw body). Ignores the timestamp's age: SendGrid
 * retries for a day, and a replayed event changes nothing.
 */
export function isSignedBySendgrid(
  publicKey: string,
  { timestamp, signature }: { timestamp: string; signature: string },
  body: Buffer,
): boolean {
  try {
    const der = Buffer.from(publicKey, 'base64');
    const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
    const signed = Buffer.concat([Buffer.from(timestamp), body]);
    return verify('sha256', signed, key, Buffer.from(signature, 'base64'));
  } catch {
    return false;
  }
}

/** An event; those of other messages have no key. */
const event = z.object({
  event: z.string(),
  sg_message_id: z.string().max(200).optional(),
  type: z.string().optional(),
  status: z.string().optional(),
  [KEY_ARGUMENT]: z.string().max(100).optional(),
});

export interface SendgridEvents {
  key: string;
  provider_id: string;
  /** Null if the status isn't final. */
  receipt: ProviderReceipt | null;
}

/** Maximum events of a body: a batch of 768 KB has fewer, because an event is longer than 200 bytes. */
const MAX_EVENTS = 5_000;

/** Parses the events of our messages in a body; null if it isn't a list of up to 5,000 events. */
export function parseSendgridEvents(body: Buffer): SendgridEvents[] | null {
  const events = parseJson(body);
  if (!Array.isArray(events) || events.length > MAX_EVENTS) return null;
  return events.flatMap((each: unknown) => {
    const read = event.safeParse(each);
    const key = read.data?.[KEY_ARGUMENT];
    if (!read.success || key === undefined) return [];
    // The id that the API returned ends at the first dot.
    const provider_id = (read.data.sg_message_id ?? '').split('.')[0] ?? '';
    return [{ key, provider_id, receipt: receiptOf(read.data, provider_id) }];
  });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return null;
  }
}

function receiptOf(
  { event: name, type, status }: z.infer<typeof event>,
  provider_id: string,
): ProviderReceipt | null {
  if (name === 'delivered') {
    return { provider_id, status: 'delivered', error_code: null, is_permanent: false };
  }
  if (name === 'dropped') {
    // The address is on a suppression list of SendGrid, which would drop every message.
    const error_code = 'sendgrid_dropped';
    return { provider_id, status: 'failed', error_code, is_permanent: true };
  }
  if (name === 'spamreport') {
    const error_code = 'sendgrid_spamreport';
    return { provider_id, status: 'undelivered', error_code, is_permanent: true };
  }
  if (name !== 'bounce') return null;
  const isBlocked = type === 'blocked';
  const code = /^\d\.\d{1,3}\.\d{1,3}$/.test(status ?? '') ? `_${status ?? ''}` : '';
  const error_code = `${isBlocked ? 'sendgrid_blocked' : 'sendgrid_bounce'}${code}`;
  return { provider_id, status: 'undelivered', error_code, is_permanent: !isBlocked };
}
