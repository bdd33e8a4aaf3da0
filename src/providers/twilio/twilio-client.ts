/** Loads Twilio's SDK on first use: it would slow down the start of every process. */
import type TwilioSDK from 'twilio';
import type RequestClient from 'twilio/lib/base/RequestClient';
import type { TwilioCredentials } from '../../store/configuration/connectors';
import { parseRetryAfter } from '../retry-after';
import { TwilioBusy } from './twilio-errors';

/** Time limit of a call in milliseconds: less than that of an attempt. */
const TIMEOUT_MS = 5_000;

/** Creates a client of an account. `baseUrl`: address of another server with Twilio's API. */
export async function twilioClient(
  { account_sid, auth_token }: TwilioCredentials,
  baseUrl: string | undefined,
): Promise<TwilioSDK.Twilio> {
  const { default: twilio } = await import('twilio');
  const httpClient = await httpClientFor(baseUrl);
  return twilio(account_sid, auth_token, { httpClient });
}

/**
 * Creates an HTTP client for another address, which the SDK offers no setting for. It also reads `Retry-After`, which
 * the SDK drops.
 */
async function httpClientFor(baseUrl: string | undefined): Promise<TwilioSDK.RequestClient> {
  const { RequestClient } = (await import('twilio')).default;
  class Client extends RequestClient {
    override async request<Data>(options: RequestClient.RequestOptions<Data>) {
      const response = await super.request<Data>(addressed(options, baseUrl));
      const { statusCode } = response;
      if (statusCode !== 429 && statusCode < 500) return response;
      throw new TwilioBusy(
        statusCode,
        parseRetryAfter(response.headers as Record<string, unknown>),
      );
    }
  }
  return new Client({ timeout: TIMEOUT_MS });
}

function addressed<Data>(
  options: RequestClient.RequestOptions<Data>,
  baseUrl: string | undefined,
): RequestClient.RequestOptions<Data> {
  if (baseUrl === undefined) return options;
  const url = new URL(options.uri);
  const { protocol, host } = new URL(baseUrl);
  Object.assign(url, { protocol, host });
  return { ...options, uri: url.href };
}
