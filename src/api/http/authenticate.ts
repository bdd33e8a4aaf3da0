import type { Request } from 'express';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';
import type { Auth, Caller } from './route';

/** Longer than any key or token, encoded or not. */
const MAX_BEARER = 512;

/**
 * Finds out who calls. Keys open the API, tokens their run's session, and neither opens the other.
 * @throws ApiError `unauthenticated` or `forbidden`.
 */
export async function authenticate(
  deps: ApiDependencies,
  auth: Auth,
  request: Request,
): Promise<Caller> {
  if (auth.kind === 'none') return { kind: 'none' };
  const text = bearerOf(request);
  return auth.kind === 'key' ? byKey(deps, auth, text) : byToken(deps, text);
}

async function byKey(
  { accounts }: ApiDependencies,
  { scopes }: Extract<Auth, { kind: 'key' }>,
  text: string,
): Promise<Caller> {
  const key = await accounts.authenticate(text);
  if (key === null)
    throw unauthenticated('Send an API key as "Authorization: Bearer <id>|<secret>".');
  if (!scopes.some((scope) => key.scopes.includes(scope))) {
    throw new ApiError('forbidden', `This key lacks the scope ${scopes.join(' or ')}.`);
  }
  return { kind: 'key', key, tenant: { account_uuid: key.account_uuid, mode: key.mode } };
}

async function byToken({ tokens }: ApiDependencies, text: string): Promise<Caller> {
  const token = await tokens.authenticate(decodeToken(text));
  if (token === null) throw unauthenticated("Send the run's token as a bearer token.");
  return { kind: 'token', token, tenant: { account_uuid: token.account_uuid, mode: token.mode } };
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

/** 401 with the scheme that is wanted (RFC 9110, 11.6.1). */
export function unauthenticated(message: string): ApiError {
  return new ApiError('unauthenticated', message, [], { 'WWW-Authenticate': 'Bearer' });
}
