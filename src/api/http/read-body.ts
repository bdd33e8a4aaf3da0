import express, { type Request, type Response } from 'express';
import { ApiError } from '../problems';
import { readObject } from './parse';

/** 512 KiB, after inflation. */
const LIMIT = 512 * 1024;

const parseJson = express.json({ limit: LIMIT, strict: false, type: () => true });

/**
 * The JSON object that a request carries, empty where it carries none. Read only once the caller is known: nobody else's
 * bytes are parsed.
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
    parseJson(request, response, (error?: unknown) => {
      if (error === undefined) resolve();
      else reject(error as Error);
    });
  });
  return readObject(request.body);
}

function hasBody(request: Request): boolean {
  return (
    request.headers['transfer-encoding'] !== undefined ||
    Number(request.headers['content-length'] ?? 0) > 0
  );
}
