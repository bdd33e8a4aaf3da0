import type { RequestHandler } from 'express';
import type { ConcurrencyLimit } from '../../platform/concurrency-limit';
import { isSignedBySendgrid, parseSendgridEvents } from '../../providers/sendgrid/sendgrid-events';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';
import { recordReceipt } from '../../application/receipts/record-receipt';
import { bodyReader, invalidSignature, receiveCallback } from './receive';

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';
/** DER of an ECDSA P-256 signature in base64: about 96 characters. */
const SIGNATURE_FORM = /^[A-Za-z0-9+/]{80,140}={0,2}$/;
/**
 * SendGrid posts a batch when it reaches 768 KB
 * (https://www.twilio.com/docs/sendgrid/for-developers/tracking-events/getting-started-event-webhook).
 */
const MAX_BYTES = 1024 * 1024;
const readBytes = bodyReader(MAX_BYTES);

/** `POST /callbacks/sendgrid/{connector}`: events of messages, ours and others of the SendGrid account. */
export function sendgridEvents(
  deps: ApiDependencies,
  limit: ConcurrencyLimit,
): RequestHandler<{ connector: string }> {
  const hasSignature = (request: { get(name: string): string | undefined }) =>
    SIGNATURE_FORM.test(request.get(SIGNATURE) ?? '');
  const receiving = { kind: 'sendgrid', limit, hasSignature } as const;
  return receiveCallback(deps, receiving, async (connector, request, response) => {
    const { webhook_public_key } = deps.connectors.open(connector);
    if (webhook_public_key === null) throw invalidSignature();
    const bytes = await readBytes(request, response);
    const [signature = '', timestamp = ''] = [request.get(SIGNATURE), request.get(TIMESTAMP)];
    if (!isSignedBySendgrid(webhook_public_key, { timestamp, signature }, bytes)) {
      throw invalidSignature();
    }
    const events = parseSendgridEvents(bytes);
    if (events === null)
      throw new ApiError('malformed_json', 'The body is no list of up to 5000 events.');
    const sends = await deps.sends.findAll(connector.account_uuid, [
      ...new Set(events.map(({ key }) => key)),
    ]);
    const ours = new Map(
      sends.flatMap((send) => (send.connector_uuid === connector.uuid ? [[send.key, send]] : [])),
    );
    for (const { key, ...report } of events) {
      const send = ours.get(key);
      if (send === undefined) continue;
      await recordReceipt(deps, send, report);
      // A later event of this message in the same body must see this status.
      if (report.receipt !== null) ours.set(key, { ...send, receipt: report.receipt.status });
    }
    response.status(204).end();
  });
}
