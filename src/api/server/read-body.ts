import { isUtf8 } from 'node:buffer';
import express, { type Request, type Response } from 'express';
import { ApiError } from '../problems';
import { findChangedNumber } from './exact-numbers';
import { refusedAt, requireObject } from './parse-body';

/** Maximum bytes (512 KiB), after decompression. */
const LIMIT = 512 * 1024;

const parseJson = express.json({ limit: LIMIT, strict: false, type: () => true, verify });

/** Bytes of bodies that are being read. */
const sentBytes = new WeakMap<object, Buffer>();

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
  const bytes = sentBytes.get(request);
  const changed = bytes === undefined ? undefined : findChangedNumber(bytes.toString());
  if (changed !== undefined) throw refusedAt(changed.path, changed.message);
  return requireObject(request.body);
}

/** Without this check, bytes that are not UTF-8 would be read as replacement characters (RFC 8259, 8.1). */
function verify(request: object, _response: unknown, bytes: Buffer, charset: string): void {
  if (charset !== 'utf-8') throw typed('charset.unsupported');
  if (!isUtf8(bytes)) throw typed('entity.parse.failed');
  sentBytes.set(request, bytes);
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
