/** Responses of a route in the API document: its success, and each error by status. */
import { z, type ZodType } from 'zod';
import type { ZodOpenApiOperationObject } from 'zod-openapi';
import { HTTP_STATUS, type ProblemCode } from '../problems';
import type { Route } from '../server/route';
import { described, integer, text } from './described';
import { ERROR_TEXT } from './error-text';
import { listDocumentedHeaders } from './headers';
import { streamEvent } from './stream';

const ANY_ROUTE: readonly ProblemCode[] = [
  ...(['validation_failed', 'malformed_json', 'too_large', 'unsupported_media_type'] as const),
  ...(['internal', 'unavailable'] as const),
];

/** Returns every error code of a route. */
export function documentedErrors(route: Route): ProblemCode[] {
  const { auth, path, idempotent, errors = [] } = route;
  const codes: ProblemCode[] = [...ANY_ROUTE, ...errors];
  if (auth.kind !== 'none') codes.push('unauthenticated', 'rate_limited');
  if (auth.kind === 'key') codes.push('forbidden');
  if (path.includes(':')) codes.push('not_found');
  if (idempotent) codes.push('idempotency_in_progress', 'idempotency_mismatch');
  return [...new Set(codes)];
}

export function responsesOf(route: Route): ZodOpenApiOperationObject['responses'] {
  const responses: Record<string, object> = {
    [route.status ?? 200]: {
      description: 'Done.',
      ...listDocumentedHeaders(route),
      content: successOf(route),
    },
  };
  const codes = documentedErrors(route).sort();
  for (const status of new Set(codes.map((code) => HTTP_STATUS[code]))) {
    const these = codes.filter((code) => HTTP_STATUS[code] === status);
    responses[status] = {
      description: these.join(', '),
      ...(RETRIED.has(status) ? { headers: retryAfter } : {}),
      content: { 'application/json': { schema: failureOf(these) } },
    };
  }
  return responses as ZodOpenApiOperationObject['responses'];
}

function successOf({ isStream = false, sends, result }: Route): Record<string, object> {
  if (isStream) return { 'text/event-stream': { schema: streamEvent } };
  if (sends !== undefined) {
    const content = {
      schema: { type: 'string', format: 'binary' },
      example: '(bytes of the file)',
    };
    return Object.fromEntries(sends.map((type) => [type, content]));
  }
  return { 'application/json': { schema: successBody(result) } };
}

/** Builds the schema of the body of a success. */
export function successBody(result: ZodType) {
  return z.strictObject({
    success: described(z.literal(true), 'The call succeeded.'),
    result,
  });
}

const RETRIED: ReadonlySet<number> = new Set([429, 503]);
const retryAfter = z.object({
  'Retry-After': text('Seconds to wait before the call is repeated.', '1'),
});

const REQUEST_ID = 'a3f1c2d4-7b1e-4f6a-9c0d-2e5b8f7a6c31';
const DETAIL = { path: 'setup.nip.phone', message: 'is required; send a text' };

const details = described(
  z.array(
    z.strictObject({
      path: text('Place of the field in the request, such as `setup.nip.phone`.', DETAIL.path),
      message: text('What is wrong with it and what to send.', DETAIL.message),
    }),
  ),
  'The fields that are wrong; empty where no field is.',
).meta({ id: 'ErrorDetails' });

const failures = new Map<string, ZodType>();

/** Returns the body schema of an error with one of these codes, shared by routes with the same codes. */
function failureOf(codes: readonly ProblemCode[]): ZodType {
  const id = codes.map(titled).join('Or');
  const known =
    failures.get(id) ?? newFailure(codes).meta({ id, examples: [failureExample(codes)] });
  failures.set(id, known);
  return known;
}

function titled(code: string): string {
  return code.replaceAll(/(?:^|_)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}

function newFailure(codes: readonly ProblemCode[]): ZodType {
  const [first] = codes;
  if (first === undefined) throw new Error('an error response needs a code');
  const attemptsLeft = integer('Number of codes that may still be typed wrong.', 2).optional();
  return z.strictObject({
    success: described(z.literal(false), 'The call failed.'),
    error: described(
      z.strictObject({
        code: described(z.enum(codes), describeCodes(codes), first),
        message: text('What is wrong, and what to do.', ERROR_TEXT[first].example),
        ...(codes.includes('code_incorrect') ? { attempts_left: attemptsLeft } : {}),
        details,
        request_id: text(
          'Id of the request, as in the header `X-Request-Id`. Give it to support.',
          REQUEST_ID,
        ),
      }),
      'The error.',
    ),
  });
}

function failureExample([code = 'internal']: readonly ProblemCode[]): object {
  const isAboutFields = ERROR_TEXT[code].example === ERROR_TEXT.validation_failed.example;
  return {
    success: false,
    error: {
      code,
      message: ERROR_TEXT[code].example,
      details: isAboutFields ? [DETAIL] : [],
      request_id: REQUEST_ID,
    },
  };
}

function describeCodes(codes: readonly ProblemCode[]): string {
  return codes.map((code) => `\`${code}\`: ${ERROR_TEXT[code].meaning}`).join(' ');
}
