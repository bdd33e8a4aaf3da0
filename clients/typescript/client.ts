/** The client itself: every call of the API, typed by its OpenAPI document. */
import createClient, { type Client } from 'openapi-fetch';
import { sendWithRetries, type Send } from './retry';
import type { paths } from './schema';

export type Cerciora = Client<paths>;

export interface ClientOptions {
  /** Address of the API, such as `https://verify.example.com`. */
  url: string;
  /** An API key `<id>|<secret>`, or the token of a workflow. */
  bearer: string;
  /** Maximum attempts of a call; 4 by default, 1 for no repetition. */
  tries?: number;
  /** Longest wait between two attempts, in seconds; 30 by default. A longer `Retry-After` is thrown as an error. */
  longestWait?: number;
  /** Replaces the global `fetch`. */
  fetch?: Send;
}

const TRIES = 4;
const LONGEST_WAIT_S = 30;

/**
 * Creates a client. Every POST gets an `Idempotency-Key`, unless the call has one, and repetitions carry the same key:
 * the API executes the call once.
 */
export function createCerciora(options: ClientOptions): Cerciora {
  const { url, bearer, tries = TRIES, longestWait = LONGEST_WAIT_S } = options;
  const send = options.fetch ?? fetch;
  const client = createClient<paths>({
    baseUrl: url,
    headers: { Authorization: `Bearer ${bearer}` },
    bodySerializer: serialize,
    fetch: (request) => sendWithRetries(request, send, { tries, longestWait }),
  });
  client.use({
    onRequest({ request }) {
      if (request.method !== 'POST' || request.headers.has('Idempotency-Key')) return undefined;
      request.headers.set('Idempotency-Key', crypto.randomUUID());
      return request;
    },
  });
  return client;
}

/** Encodes a body with a file as a form, and any other body as JSON. */
function serialize(body: unknown): string | FormData {
  if (body instanceof FormData) return body;
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  if (!fields.some(([, value]) => value instanceof Blob)) return JSON.stringify(body);
  const form = new FormData();
  for (const [name, value] of fields as [string, string | Blob][]) form.append(name, value);
  return form;
}
