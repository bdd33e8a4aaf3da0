import type { RequestHandler } from 'express';
import { isSignedBySendgrid, parseSendgridEvents } from '../../providers/sendgrid/sendgrid-events';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';
import { recordReceipt } from '../../application/receipts/record-receipt';
import { findConnector, invalidSignature, readBytes } from './receive';

const SIGNATURE = 'x-twilio-email-event-webhook-signature';
const TIMESTAMP = 'x-twilio-email-event-webhook-timestamp';

/** `POST /callbacks/sendgrid/{connector}`: events of messages, ours and others of the SendGrid account. */
export function sendgridEvents(deps: ApiDependencies): RequestHandler<{ connector: string }> {
  return async (request, response) => {
    const connector = await findConnector(deps, request.params.connector, 'sendgrid');
    const bytes = await readBytes(request, response);
    const { webhook_public_key } = deps.connectors.open(connector);
    const [signature = '', timestamp = ''] = [request.get(SIGNATURE), request.get(TIMESTAMP)];
    const isSigned =
      webhook_public_key !== null &&
      isSignedBySendgrid(webhook_public_key, { timestamp, signature }, bytes);
    if (!isSigned) throw invalidSignature();
    const events = parseSendgridEvents(bytes);
    if (events === null) throw new ApiError('malformed_json', 'The body is no list of events.');
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
  };
}
