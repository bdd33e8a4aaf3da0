import type { Request } from 'express';
import { DomainError } from '../../application/domain-error';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';
import type { RequestCaller } from './request-context';
import type { Auth } from './route';

/** Longer than any key or token, encoded or not. */
const MAX_BEARER = 512;

/**
 * Authenticates the caller. Keys are for the API and tokens for the session of their run; they are not interchangeable.
 * @throws DomainError `unauthenticated`, ApiError `forbidden`.
 */
export async function authenticate(
  deps: ApiDependencies,
  auth: Auth,
  request: Request,
): Promise<RequestCaller> {
  if (auth.kind === 'none') return { kind: 'none' };
  return auth.kind === 'key' ? byKey(deps, auth, keyOf(request)) : byToken(deps, bearerOf(request));
}

async function byKey(
  { apiKeys }: ApiDependencies,
  { scopes }: Extract<Auth, { kind: 'key' }>,
  text: string,
): Promise<RequestCaller> {
  const key = await apiKeys.authenticate(text);
  if (key === null)
    throw unauthenticated('Send an API key as "Authorization: Bearer <id>|<secret>".');
  if (!scopes.some((scope) => key.scopes.includes(scope))) {
    throw new ApiError('forbidden', `This key lacks the scope ${scopes.join(' or ')}.`);
  }
  const { account_uuid, mode } = key;
  return { kind: 'key', key, tenant: { account_uuid, mode }, actor: 'integrator' };
}

async function byToken({ tokens }: ApiDependencies, text: string): Promise<RequestCaller> {
  const token = await tokens.authenticate(decodeToken(text));
  if (token === null) throw unauthenticated("Send the run's token as a bearer token.");
  const { account_uuid, mode } = token;
  return { kind: 'token', token, tenant: { account_uuid, mode }, actor: 'person' };
}

/** Returns the key that a request carries: as bearer, or as clients of the Workflows API send it. */
function keyOf(request: Request): string {
  const key = request.get('rem-apikey')?.trim();
  if (key === undefined || request.get('authorization') !== undefined) return bearerOf(request);
  if (key.length > MAX_BEARER)
    throw unauthenticated('Send an API key as "Rem-Apikey: <id>|<secret>".');
  return key;
}

function bearerOf(request: Request): string {
  const header = request.get('authorization') ?? '';
  const match = /^Bearer +(\S+) *$/i.exec(header);
  const [, text] = match ?? [];
  if (text === undefined || text.length > MAX_BEARER) {
    throw unauthenticated('Send "Authorization: Bearer …".');
  }
  return text;
}

/** Accepts `token` and `token_encoded` (base64, URL-encoded or not). */
function decodeToken(text: string): string {
  if (text.includes('|')) return text;
  const base64 = text.replaceAll(/%3D/gi, '=').replaceAll(/%2B/gi, '+').replaceAll(/%2F/gi, '/');
  return Buffer.from(base64, 'base64').toString();
}

function unauthenticated(message: string): DomainError {
  return new DomainError('unauthenticated', message);
}
