/**
 * The addresses of the Workflows API, for its public clients: the same calls without `/v1`, and with its words. One
 * mechanism for all: the address is rewritten before the routes, and the answer after them.
 */
import type { RequestHandler } from 'express';
import { localsOf } from './response-locals';
import { isFields } from '../../domain/run/is-fields';

/** First parts of the addresses that are served without `/v1` too. */
const ALIASED = [
  ...['workflows', 'steps', 'media', 'workflow-templates', 'document-templates'],
  ...['template-bindings', 'knockout-rules', 'rule-sets', 'customizations', 'expressions'],
] as const;

const ALIAS = new RegExp(`^/(?:${ALIASED.join('|')})(?=[/?]|$)`);
const CREATE_TOKEN = /^(\/v1\/workflows\/[^/?]+)\/create-token(?=\?|$)/;

/** Rewrites an address without `/v1`, and marks the request so that its answer is written in the words of its client. */
export const acceptAlias: RequestHandler = (request, response, next) => {
  if (ALIAS.test(request.url)) {
    localsOf(response).is_alias = true;
    request.url = `/v1${request.url}`.replace(CREATE_TOKEN, '$1/token');
    request.url = request.url.replace(/([?&]status=)pristine(?=&|$)/g, '$1pending');
  }
  next();
};

type Fields = Record<string, unknown>;

/** Fields of a minted token beside those of its run. */
const TOKEN_FIELDS = ['token', 'token_encoded', 'expiration', 'execution_url'];

/** Rewrites the body of a success into the words of the Workflows API; a failure stays as it is. */
export function presentToAlias(body: string): string {
  const { success, result } = JSON.parse(body) as { success: boolean; result?: unknown };
  if (!success) return body;
  return JSON.stringify({ success, result: translated(result) });
}

function translated(result: unknown): unknown {
  if (Array.isArray(result)) return result.map(translated);
  if (!isFields(result)) return result;
  if (isFields(result['run'])) return { ...withNumber(result), run: withStatus(result['run']) };
  if (isMintedToken(result)) {
    const run = runFields(Object.entries(result).filter(([name]) => !TOKEN_FIELDS.includes(name)));
    return { ...result, ...run, public_url: result['execution_url'], workflow: run };
  }
  return runFields(Object.entries(result));
}

/** Translates a run or a step; leaves any other object as it is. */
function runFields(entries: [string, unknown][]): Fields {
  const fields = withNumber(Object.fromEntries(entries));
  const { steps } = fields;
  if (!('disable_geolocation' in fields) || !Array.isArray(steps)) return fields;
  return { ...withStatus(fields), steps: steps.map((step: unknown) => translated(step)) };
}

/** An unopened run is `pristine` there. */
function withStatus(run: Fields): Fields {
  return run['status'] === 'pending' ? { ...run, status: 'pristine' } : run;
}

/** `error.details.error_id` is an integer there: 31 bits of the uuid. */
function withNumber(fields: Fields): Fields {
  const { error, step } = fields;
  return {
    ...fields,
    ...(isFields(step) && { step: withNumber(step) }),
    ...(isFields(error) && { error: numbered(error) }),
  };
}

function numbered(error: Fields): Fields {
  const { details } = error;
  if (!isFields(details) || typeof details['error_id'] !== 'string') return error;
  const error_id = Number.parseInt(details['error_id'].slice(0, 8), 16) >>> 1;
  return { ...error, details: { ...details, error_id } };
}

function isMintedToken(result: Fields): boolean {
  return 'execution_url' in result && 'token_encoded' in result;
}
