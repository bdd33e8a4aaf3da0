/**
 * Signatures of Twilio's callbacks. By default with the account's auth token and HMAC-SHA1
 * (https://www.twilio.com/docs/usage/security#validating-requests); where a webhook rule matches the address, with a shared
 * key and the algorithm that a header names (https://www.twilio.com/docs/usage/webhooks/webhook-shared-keys).
 */
// The whole SDK takes half a second to load, which the first callback would wait for.
import { getSignatureAlgorithm, validateRequest } from 'twilio/lib/webhooks/webhooks';
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

const ALGORITHMS: readonly string[] = ['HMAC_SHA1', 'HMAC_SHA256'];

/** Returns true for a form that Twilio signed. False for an algorithm other than HMAC-SHA1 and HMAC-SHA256. */
export function isSignedByTwilio(
  { auth_token, shared_key }: SigningKeys,
  { address, form }: SignedRequest,
  { text, settings }: TwilioSignature,
): boolean {
  const key = settings === undefined ? auth_token : shared_key;
  const algorithm = getSignatureAlgorithm(settings);
  if (key === null || !ALGORITHMS.includes(algorithm)) return false;
  return validateRequest(key, text, address, form, algorithm);
}
