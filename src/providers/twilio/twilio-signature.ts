/**
 * Signatures of Twilio's callbacks. By default with the account's auth token and HMAC-SHA1
 * (https://www.twilio.com/docs/usage/security#validating-requests); where a webhook rule matches the address, with a shared
 * key and the algorithm that a header names (https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys).
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { TwilioCredentials } from '../../store/configuration/connectors';
import type { Form } from './twilio-callback';

interface SignedRequest {
  /** Address that Twilio was given, without its fragment: Twilio signs without it. */
  address: string;
  form: Form;
}

interface TwilioSignature {
  /** Header `X-Twilio-Signature`: base64. */
  text: string;
  /** Header `X-Twilio-Webhooks-Signature-Settings`, such as `key=…,algorithm=HMAC_SHA256`; undefined without a rule. */
  settings: string | undefined;
}

type SigningKeys = Pick<TwilioCredentials, 'auth_token' | 'shared_key'>;

/** Returns true for a form that Twilio signed. False for an algorithm other than HMAC-SHA1 and HMAC-SHA256. */
export async function isSignedByTwilio(
  { auth_token, shared_key }: SigningKeys,
  { address, form }: SignedRequest,
  { text, settings }: TwilioSignature,
): Promise<boolean> {
  if (settings === undefined) return hasSha1(auth_token, { address, form }, text);
  if (shared_key === null) return false;
  const algorithm = /(?:^|,)\s*algorithm\s*=\s*([A-Z0-9_]+)\s*(?:,|$)/i.exec(settings)?.[1];
  if (algorithm?.toUpperCase() === 'HMAC_SHA1') return hasSha1(shared_key, { address, form }, text);
  if (algorithm?.toUpperCase() !== 'HMAC_SHA256') return false;
  return addressesOf(address).some((each) =>
    isEqual(sha256Of(shared_key, { address: each, form }), text),
  );
}

async function hasSha1(key: string, { address, form }: SignedRequest, text: string) {
  const { validateRequest } = (await import('twilio')).default;
  return validateRequest(key, text, address, form);
}

/** The address followed by each field and its value, sorted by name. */
function sha256Of(key: string, { address, form }: SignedRequest): Buffer {
  const fields = Object.entries(form).sort(([one], [other]) => (one < other ? -1 : 1));
  const signed = address + fields.map(([name, value]) => name + value).join('');
  return createHmac('sha256', key).update(signed).digest();
}

/** Lists the forms of an address that Twilio may have signed: as given, with its port and without. */
function addressesOf(address: string): string[] {
  const parts = /^(https?):\/\/([^/?#:]+)(?::\d+)?(.*)$/i.exec(address);
  if (parts === null) return [address];
  const [, scheme = '', host = '', rest = ''] = parts;
  const port = scheme.toLowerCase() === 'https' ? 443 : 80;
  return [address, `${scheme}://${host}${rest}`, `${scheme}://${host}:${port}${rest}`];
}

function isEqual(expected: Buffer, base64: string): boolean {
  const given = Buffer.from(base64, 'base64');
  return given.length === expected.length && timingSafeEqual(given, expected);
}
