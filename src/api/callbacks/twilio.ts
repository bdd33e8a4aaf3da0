import type { RequestHandler } from 'express';
import { isSignedByTwilio } from '../../providers/twilio/twilio-signature';
import {
  parseTwilioStatus,
  parseOptOutReply,
  type Form,
} from '../../providers/twilio/twilio-callback';
import type { ApiDependencies } from '../dependencies';
import { notFound } from '../../application/domain-error';
import { recordReceipt } from '../../application/receipts/record-receipt';
import { findConnector, invalidSignature, readBytes } from './receive';

type OfConnector = RequestHandler<{ connector: string }>;

/** `POST /callbacks/twilio/{connector}?key=…`: status of a message. */
export function twilioStatus(deps: ApiDependencies): OfConnector {
  return async (request, response) => {
    const { connector, form } = await read(deps, request, response);
    const key = new URL(request.originalUrl, deps.config.PUBLIC_URL).searchParams.get('key');
    const [send] = await deps.sends.findAll(connector.account_uuid, key === null ? [] : [key]);
    const report = parseTwilioStatus(form);
    if (send?.connector_uuid !== connector.uuid || report === null) throw notFound('message');
    await recordReceipt(deps, send, report);
    response.status(204).end();
  };
}

/** `POST /callbacks/twilio/{connector}/inbound`: a person's message to one of the account's numbers. */
export function twilioInbound(deps: ApiDependencies): OfConnector {
  return async (request, response) => {
    const { connector, form } = await read(deps, request, response);
    const said = parseOptOutReply(form);
    const { account_uuid } = connector;
    if (said?.request === 'stop') await deps.optOuts.add(account_uuid, said.phone, said.lines);
    if (said?.request === 'start') await deps.optOuts.remove(account_uuid, said.phone, said.lines);
    response.status(200).type('text/xml').send('<Response/>');
  };
}

/** @throws ApiError `not_found`, `forbidden`. */
async function read(
  deps: ApiDependencies,
  request: Parameters<OfConnector>[0],
  response: Parameters<OfConnector>[1],
) {
  const connector = await findConnector(deps, request.params.connector, 'twilio');
  const bytes = await readBytes(request, response);
  const form: Form = Object.fromEntries(new URLSearchParams(bytes.toString()));
  const credentials = deps.connectors.open(connector);
  // The address that Twilio was given, before any proxy changed it.
  const address = deps.config.PUBLIC_URL.replace(/\/$/, '') + request.originalUrl;
  const signature = {
    text: request.get('x-twilio-signature') ?? '',
    settings: request.get('x-twilio-webhooks-signature-settings'),
  };
  if (!(await isSignedByTwilio(credentials, { address, form }, signature))) {
    throw invalidSignature();
  }
  return { connector, form };
}
