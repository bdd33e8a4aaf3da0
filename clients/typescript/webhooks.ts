/** Verifies webhooks by Standard Webhooks (https://www.standardwebhooks.com) with Web Crypto. */
import type { components } from './schema';

type Schemas = components['schemas'];

/** Body of the event that `POST /v1/webhook-deliveries/test` sends. */
export interface WebhookTestEvent {
  event: 'test';
  resource: 'workflow';
  resource_uuid: string;
  payload: { mode: 'live' | 'test'; created_at: string };
}

/** Body of a webhook. `payload` is the workflow or the step after the change. */
export type WebhookEvent = Schemas['WorkflowWebhook'] | Schemas['StepWebhook'] | WebhookTestEvent;

/** Headers of a request: of `fetch`, or of Node's `http`. */
export type WebhookHeaders =
  Headers | Readonly<Record<string, string | readonly string[] | undefined>>;

export interface VerifyOptions {
  /** Secret `whsec_…`; several during a rotation. */
  secret: string | readonly string[];
  headers: WebhookHeaders;
  /** Body exactly as received: parsing and serializing it again changes the signature. */
  body: string | Uint8Array;
  /** Accepted age of the webhook, in seconds; 300 by default. */
  tolerance?: number;
}

export interface VerifiedWebhook {
  /** The same on every retry. Ignore a webhook whose id was processed before. */
  id: string;
  /** 1, 2, 3… per workflow. */
  sequence: number;
  event: WebhookEvent;
}

/** A request that isn't a webhook of this account: answer 400 or 401 and don't use its body. */
export class WebhookVerificationError extends Error {
  override readonly name = 'WebhookVerificationError';
}

const PREFIX = 'whsec_';
const VERSION = 'v1,';
const TOLERANCE_S = 300;

/**
 * Verifies the signature and the time of a webhook and parses its body.
 * @throws WebhookVerificationError.
 */
export async function verifyWebhook(options: VerifyOptions): Promise<VerifiedWebhook> {
  const { headers, body, secret, tolerance = TOLERANCE_S } = options;
  const id = header(headers, 'webhook-id');
  const timestamp = header(headers, 'webhook-timestamp');
  const seconds = Number(timestamp);
  const age = Math.abs(Date.now() / 1_000 - seconds);
  if (!/^\d+$/.test(timestamp) || age > tolerance) {
    throw new WebhookVerificationError(
      'The webhook-timestamp is too old or too new; check the clock of this machine.',
    );
  }
  const signatures = header(headers, 'webhook-signature')
    .split(' ')
    .filter((each) => each.startsWith(VERSION))
    .map((each) => fromBase64(each.slice(VERSION.length)));
  const signed = signedBytes(`${id}.${timestamp}.`, body);
  const secrets = typeof secret === 'string' ? [secret] : secret;
  if (!(await isSignedByOne(secrets, signatures, signed))) {
    throw new WebhookVerificationError('No webhook-signature is valid for this secret and body.');
  }
  const sequence = Number(header(headers, 'webhook-sequence'));
  return { id, sequence, event: parse(body) };
}

/** Returns a header. @throws WebhookVerificationError if it is missing. */
function header(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  if (typeof value === 'string' && value !== '') return value;
  throw new WebhookVerificationError(`The header ${name} is missing.`);
}

async function isSignedByOne(
  secrets: readonly string[],
  signatures: readonly Uint8Array<ArrayBuffer>[],
  signed: Uint8Array<ArrayBuffer>,
): Promise<boolean> {
  for (const secret of secrets) {
    const key = await importKey(secret);
    for (const signature of signatures) {
      // Compares in constant time.
      if (await crypto.subtle.verify('HMAC', key, signature, signed)) return true;
    }
  }
  return false;
}

function importKey(secret: string) {
  const bytes = fromBase64(secret.startsWith(PREFIX) ? secret.slice(PREFIX.length) : secret);
  if (bytes.length === 0) throw new TypeError('The secret of webhooks must be whsec_ and base64.');
  const algorithm = { name: 'HMAC', hash: 'SHA-256' };
  return crypto.subtle.importKey('raw', bytes, algorithm, false, ['verify']);
}

/** Decodes base64; returns no bytes for invalid base64. */
function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function signedBytes(start: string, body: string | Uint8Array): Uint8Array<ArrayBuffer> {
  const encoder = new TextEncoder();
  const [head, tail] = [
    encoder.encode(start),
    typeof body === 'string' ? encoder.encode(body) : body,
  ];
  const bytes = new Uint8Array(head.length + tail.length);
  bytes.set(head);
  bytes.set(tail, head.length);
  return bytes;
}

/** Parses a body whose signature is valid, so that its form is the service's. */
function parse(body: string | Uint8Array): WebhookEvent {
  const text = typeof body === 'string' ? body : new TextDecoder().decode(body);
  return JSON.parse(text) as WebhookEvent;
}
