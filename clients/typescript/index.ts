/** A typed client of the API. Its calls and responses are typed by `docs/openapi.json`. */
import createClient, { type Client } from 'openapi-fetch';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type Cerciora = Client<paths>;

export interface ClientOptions {
  /** Address of the API. */
  url: string;
  /** An API key `<id>|<secret>`, or the token of a run. */
  bearer: string;
  /** Maximum attempts of a call without a response or with 503. */
  tries?: number;
  fetch?: (request: Request) => Promise<Response>;
}

/** An error response: `code` is one of those documented for the call. */
export class CercioraError extends Error {
  override readonly name = 'CercioraError';
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details: readonly { path: string; message: string }[],
    readonly request_id: string,
  ) {
    super(message);
  }
}

const TRIES = 4;
const PAUSE_MS = 250;

/** Encodes a body with a file as a form, and any other body as JSON. */
function serialize(body: unknown): string | FormData {
  if (body instanceof FormData) return body;
  const fields = typeof body === 'object' && body !== null ? Object.entries(body) : [];
  if (!fields.some(([, value]) => value instanceof Blob)) return JSON.stringify(body);
  const form = new FormData();
  for (const [name, value] of fields as [string, string | Blob][]) form.append(name, value);
  return form;
}

/**
 * Creates a client. Every POST has an `Idempotency-Key`; calls without a response or with 503 are safely repeated with
 * it.
 */
export function createCerciora({
  url,
  bearer,
  tries = TRIES,
  ...options
}: ClientOptions): Cerciora {
  const send = options.fetch ?? fetch;
  const client = createClient<paths>({
    baseUrl: url,
    headers: { Authorization: `Bearer ${bearer}` },
    bodySerializer: serialize,
    fetch: (request) => persist(request, tries, send),
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

async function persist(
  request: Request,
  tries: number,
  send: (request: Request) => Promise<Response>,
): Promise<Response> {
  for (let left = tries - 1; ; left -= 1) {
    const answer = await send(request.clone()).catch((error: unknown) => {
      if (left <= 0) throw error;
      return null;
    });
    if (answer !== null && (answer.status !== 503 || left <= 0)) return answer;
    const seconds = Number(answer?.headers.get('Retry-After') ?? 0);
    await new Promise((resolve) => setTimeout(resolve, Math.max(PAUSE_MS, seconds * 1_000)));
  }
}

interface Answered<Result> {
  data?: { success: true; result: Result };
  error?: unknown;
  response: Response;
}

/** Returns the result of a call. @throws CercioraError. */
export async function resultOf<Result>(call: Promise<Answered<Result>>): Promise<Result> {
  const { data, error, response } = await call;
  if (data !== undefined) return data.result;
  const { error: failure } = error as { error?: Partial<CercioraError> };
  throw new CercioraError(
    response.status,
    failure?.code ?? 'internal',
    failure?.message ?? `The API answered ${response.status}.`,
    failure?.details ?? [],
    failure?.request_id ?? '',
  );
}
