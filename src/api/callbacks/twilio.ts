import type { RequestHandler, Response } from 'express';
import type { ConcurrencyLimit } from '../../platform/concurrency-limit';
import { isSignedByTwilio } from '../../providers/twilio/twilio-signature';
import {
  parseTwilioStatus,
  parseOptOutReply,
  type Form,
} from '../../providers/twilio/twilio-callback';
import type { LiveConnector } from '../../store/configuration/connectors';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';
import { notFound } from '../../application/domain-error';
import { recordReceipt } from '../../application/receipts/record-receipt';
import { bodyReader, invalidSignature, receiveCallback, type ConnectorRequest } from './receive';

type OfConnector = RequestHandler<{ connector: string }>;
type TwilioConnector = Extract<LiveConnector, { kind: 'twilio' }>;

/** HMAC in base64: SHA-1 or SHA-256. */
const SIGNATURE_FORM = /^[A-Za-z0-9+/]{27}=$|^[A-Za-z0-9+/]{43}=$/;
/** A message has at most 1,600 characters and about 40 fields; add-ons of a number may attach results of some KiB. */
const MAX_BYTES = 64 * 1024;
const MAX_FIELDS = 500;
const AMPERSAND = 0x26;
const readBytes = bodyReader(MAX_BYTES);

/** `POST /callbacks/twilio/{connector}?key=…`: status of a message. */
export function twilioStatus(deps: ApiDependencies, limit: ConcurrencyLimit): OfConnector {
  return receiveCallback(deps, receiving(limit), async (connector, request, response) => {
    const form = await readForm(deps, connector, request, response);
    const key = new URL(request.originalUrl, deps.config.PUBLIC_URL).searchParams.get('key');
    const [send] = await deps.sends.findAll(connector.account_uuid, key === null ? [] : [key]);
    const report = parseTwilioStatus(form);
    if (send?.connector_uuid !== connector.uuid || report === null) throw notFound('message');
    await recordReceipt(deps, send, report);
    response.status(204).end();
  });
}

/** `POST /callbacks/twilio/{connector}/inbound`: a person's message to one of the account's numbers. */
export function twilioInbound(deps: ApiDependencies, limit: ConcurrencyLimit): OfConnector {
  return receiveCallback(deps, receiving(limit), async (connector, request, response) => {
    const form = await readForm(deps, connector, request, response);
    const said = parseOptOutReply(form);
    const { account_uuid } = connector;
    if (said?.request === 'stop') await deps.optOuts.add(account_uuid, said.phone, said.lines);
    if (said?.request === 'start') await deps.optOuts.remove(account_uuid, said.phone, said.lines);
    response.status(200).type('text/xml').send('<Response/>');
  });
}

function receiving(limit: ConcurrencyLimit) {
  const hasSignature = (request: ConnectorRequest) =>
    SIGNATURE_FORM.test(signatureOf(request).text);
  return { kind: 'twilio', limit, hasSignature } as const;
}

function signatureOf(request: ConnectorRequest) {
  return {
    text: request.get('x-twilio-signature') ?? '',
    settings: request.get('x-twilio-webhooks-signature-settings'),
  };
}

/** Reads a signed form. @throws ApiError `forbidden`, `too_large`. */
async function readForm(
  deps: ApiDependencies,
  connector: TwilioConnector,
  request: ConnectorRequest,
  response: Response,
): Promise<Form> {
  const bytes = await readBytes(request, response);
  // The signature covers the sorted fields, so they are parsed and sorted before it is verified.
  if (countFields(bytes) > MAX_FIELDS) {
    throw new ApiError('too_large', `The callback has more than ${MAX_FIELDS} fields.`);
  }
  const form: Form = Object.fromEntries(new URLSearchParams(bytes.toString()));
  const credentials = deps.connectors.open(connector);
  // The address that Twilio was given, before any proxy changed it.
  const address = deps.config.PUBLIC_URL.replace(/\/$/, '') + request.originalUrl;
  if (!isSignedByTwilio(credentials, { address, form }, signatureOf(request))) {
    throw invalidSignature();
  }
  return form;
}

function countFields(bytes: Buffer): number {
  let count = 1;
  for (const byte of bytes) if (byte === AMPERSAND) count += 1;
  return count;
}
