/** Reads the callbacks of providers: connector and raw body. */
import express, { type Request, type Response } from 'express';
import { notFound } from '../../application/domain-error';
import type { LiveConnector } from '../../store/configuration/connectors';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';

/** SendGrid sends up to a thousand events at once. */
const LIMIT = 2 * 1024 * 1024;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const readRaw = express.raw({ limit: LIMIT, type: () => true });

/** A request to the address of a connector. */
export type ConnectorRequest = Request<{ connector: string }>;

/** Reads the raw body of a callback, which the signature covers. */
export async function readBytes(request: ConnectorRequest, response: Response): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    readRaw(request, response, (error?: Error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** Finds the connector of an address, including archived ones. @throws DomainError `not_found`. */
export async function findConnector<Kind extends LiveConnector['kind']>(
  { connectors }: ApiDependencies,
  uuid: string,
  kind: Kind,
): Promise<Extract<LiveConnector, { kind: Kind }>> {
  const found = UUID.test(uuid) ? await connectors.findAny(uuid) : null;
  if (found?.kind !== kind) throw notFound('connector');
  return found as Extract<LiveConnector, { kind: Kind }>;
}

export function invalidSignature(): ApiError {
  return new ApiError('forbidden', 'The signature is not the one of the provider.');
}
