/**
 * Receives the callbacks of providers. Anybody can call these addresses, so each step is cheap before the signature is
 * verified: the headers first, then the connector, then a bounded body.
 */
import express, { type Request, type RequestHandler, type Response } from 'express';
import { DomainError, notFound } from '../../application/domain-error';
import { concurrencyLimit, type ConcurrencyLimit } from '../../platform/concurrency-limit';
import type { LiveConnector } from '../../store/configuration/connectors';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Time for a body to arrive, in milliseconds. Providers send it at once. */
const BODY_MS = 5_000;
/** Callbacks of one connector that a process reads and handles in parallel. Each handles up to a thousand events. */
const MAX_PARALLEL = 16;
/** Callbacks of one connector that wait meanwhile, unread. Providers repeat a callback that got 429. */
const MAX_WAITING = 112;

/** A request to the address of a connector. */
export type ConnectorRequest = Request<{ connector: string }>;

/** Creates the limit of parallel callbacks, by the uuid of their connector. */
export function limitCallbacks(): ConcurrencyLimit {
  return concurrencyLimit({
    ...{ parallel: MAX_PARALLEL, capacity: MAX_PARALLEL + MAX_WAITING },
    full() {
      const message =
        'Too many callbacks of this connector are in progress. Repeat this one later.';
      return new DomainError('rate_limited', message, { retry_after: 5 });
    },
  });
}

/** Handles a callback of a connector, when it is its turn. `limit`: shared by all callbacks. */
export function receiveCallback<Kind extends LiveConnector['kind']>(
  deps: Pick<ApiDependencies, 'connectors'>,
  {
    kind,
    limit,
    hasSignature,
  }: { kind: Kind; limit: ConcurrencyLimit; hasSignature: SignatureCheck },
  handle: (
    connector: Extract<LiveConnector, { kind: Kind }>,
    request: ConnectorRequest,
    response: Response,
  ) => Promise<void>,
): RequestHandler<{ connector: string }> {
  return async (request, response) => {
    if (!hasSignature(request)) throw invalidSignature();
    const connector = await findConnector(deps, request.params.connector, kind);
    const release = await limit(connector.uuid);
    try {
      await handle(connector, request, response);
    } finally {
      release();
    }
  };
}

/** Returns false for a request whose headers have no signature of the right form. */
type SignatureCheck = (request: ConnectorRequest) => boolean;

/**
 * Creates a function that reads the raw body of a callback, which the signature covers. `limit`: maximum bytes, after
 * decompression.
 * @throws ApiError `too_large`, `validation_failed` for a body that does not arrive in time.
 */
export function bodyReader(limit: number) {
  const readRaw = express.raw({ limit, type: () => true });
  return async (request: ConnectorRequest, response: Response): Promise<Buffer> => {
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(tooSlow()), BODY_MS);
      readRaw(request, response, (error?: Error & { type?: string }) => {
        clearTimeout(timer);
        if (error === undefined) resolve();
        else reject(error.type === 'entity.too.large' ? tooLarge(limit) : error);
      });
    });
    return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  };
}

/** Finds the connector of an address, including archived ones. @throws DomainError `not_found`. */
async function findConnector<Kind extends LiveConnector['kind']>(
  { connectors }: Pick<ApiDependencies, 'connectors'>,
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

function tooLarge(limit: number): ApiError {
  return new ApiError('too_large', `The callback is larger than ${limit / 1024} KiB.`);
}

function tooSlow(): ApiError {
  const headers = { Connection: 'close' };
  return new ApiError('validation_failed', 'The callback did not arrive in time.', [], headers);
}
