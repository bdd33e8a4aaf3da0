import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { ApiError } from '../problems';
import { requireObject } from './parse-body';

/** Maximum bytes (512 KiB), after decompression. */
const LIMIT = 512 * 1024;

const parseJson = express.json({ limit: LIMIT, strict: false, type: () => true, verify });

/**
 * Reads the JSON object of a request; empty if it has none. Call after authentication: bodies of unknown callers are
 * never parsed.
 */
export async function readBody(
  request: Request,
  response: Response,
): Promise<Record<string, unknown>> {
  if (!hasBody(request)) return {};
  if (request.is('application/json') === false) {
    throw new ApiError('unsupported_media_type', 'Send the body as application/json.');
  }
  await new Promise<void>((resolve, reject) => {
    parseJson(request, response, (error?: Error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
  return requireObject(request.body);
}

/** Refuses bytes that are not UTF-8, which would be read as replacement characters (RFC 8259, 8.1). */
function verify(_request: unknown, _response: unknown, bytes: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw typed('charset.unsupported');
  if (!isUtf8(bytes)) throw typed('entity.parse.failed');
}

/** Builds an error with a type like body-parser's own, see `toApiError`. */
function typed(type: string): Error {
  return Object.assign(new Error(type), { type });
}

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0
  );
}
