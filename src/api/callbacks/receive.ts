/** What providers' callbacks have in common: the connector they are of, their bytes, and the run that hears of it. */
import express, { type Request, type Response } from 'express';
import type { ProviderReceipt } from '../../channels/connector';
import type { LiveConnector } from '../../store/configuration/connectors';
import type { StoredSend } from '../../store/messaging/sends';
import type { ApiDependencies } from '../dependencies';
import { ApiError, notFound } from '../problems';

/** SendGrid sends up to a thousand events at once. */
const LIMIT = 2 * 1024 * 1024;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const readRaw = express.raw({ limit: LIMIT, type: () => true });

/** The bytes of a callback: what is signed is what was sent. */
export async function readBytes(request: Request, response: Response): Promise<Buffer> {
  await new Promise<void>((resolve, reject) => {
    readRaw(request, response, (error?: Error) => {
      if (error === undefined) resolve();
      else reject(error);
    });
  });
  return Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
}

/** The connector that an address names, archived ones too. @throws ApiError `not_found`. */
export async function connectorOf<Kind extends LiveConnector['kind']>(
  { connectors }: ApiDependencies,
  uuid: string,
  kind: Kind,
): Promise<Extract<LiveConnector, { kind: Kind }>> {
  const found = UUID.test(uuid) ? await connectors.findAny(uuid) : null;
  if (found?.kind !== kind) throw notFound('connector');
  return found as Extract<LiveConnector, { kind: Kind }>;
}

export function forged(): ApiError {
  return new ApiError('forbidden', 'The signature is not the one of the provider.');
}

/** News of one message. */
export interface News {
  provider_id: string;
  /** Null where it is nothing final. */
  receipt: ProviderReceipt | null;
}

/**
 * Hands on what became of a message, to its run first: what is repeated because we failed after that changes nothing.
 * The provider's last word stands, whatever comes late, twice or out of order.
 */
export async function takeNews(
  { gateway, sends, metrics }: ApiDependencies,
  { send, news }: { send: StoredSend; news: News },
): Promise<void> {
  const { receipt, provider_id } = news;
  if (send.receipt !== null) return;
  if (receipt === null) {
    if (send.provider_id === null) await sends.tell(send, provider_id, null);
    return;
  }
  const { status, error_code, is_permanent } = receipt;
  const said = { status, error_code, ...(is_permanent ? { is_permanent } : {}) };
  await gateway.report(send.run_uuid, { ...placeOf(send.key), ...said });
  await sends.tell(send, provider_id, status);
  metrics.received(send.channel, status);
}

/** Our key names the step, the verification's order and the send's number. */
function placeOf(key: string): { step_uuid: string; order: number; send: number } {
  const [order = 0, send = 0] = key.slice(37).split('-').map(Number);
  return { step_uuid: key.slice(0, 36), order, send };
}
