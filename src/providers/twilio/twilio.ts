/** Sends SMS and WhatsApp through a Twilio account. */
import { setTimeout as sleep } from 'node:timers/promises';
import type TwilioSDK from 'twilio';
import type { TwilioCredentials, TwilioSender } from '../../store/configuration/connectors';
import {
  ChannelError,
  type CodeMessage,
  type Connector,
  type KnownSends,
  type AcceptedMessage,
} from '../connector';
import { lineOf } from './twilio-callback';
import { twilioClient } from './twilio-client';
import { twilioError } from './twilio-errors';
import { fillTemplate, renderMessage } from '../../messaging/texts';
import { ownValue } from '../../domain/run/own-value';

/** Delay after which an accepted message is surely in the account's list, in milliseconds; a conservative estimate. */
export const LISTED_AFTER_MS = 3_000;
/** Maximum difference between clocks, in milliseconds. */
const CLOCK_SKEW_MS = 60_000;
/** Maximum messages to one phone that are searched, newest first. */
const LISTED = 50;

export interface TwilioSettings {
  uuid: string;
  credentials: TwilioCredentials;
  sender: TwilioSender;
  channels: Connector['channels'];
  gives_receipts: boolean;
  /** Returns the status callback address for the message with a key. */
  callbackFor: (key: string) => string;
  /** Address of another server with Twilio's API; set by the operator only. */
  baseUrl: string | undefined;
  listedAfterMs: number;
}

type Client = TwilioSDK.Twilio;

/** Creates a connector for a Twilio account. */
export function twilioConnector(settings: TwilioSettings, known: KnownSends): Connector {
  const { uuid, channels, gives_receipts, credentials, sender, baseUrl } = settings;
  let made: Promise<Client> | undefined;
  const client = () => (made ??= twilioClient(credentials, baseUrl));
  const call = async <Result>(use: (twilio: Client) => Promise<Result>): Promise<Result> => {
    try {
      return await use(await client());
    } catch (error) {
      throw twilioError(error);
    }
  };
  return {
    ...{ kind: 'twilio', uuid, channels, gives_receipts },
    lineOf(channel) {
      const line = channel === 'whatsapp' ? sender.whatsapp : sender.sms;
      return line === null ? null : lineOf(line);
    },
    send: (message) =>
      call(async ({ messages }) => takenOf(await messages.create(requestOf(message, settings)))),
    async find(message, since) {
      const { account_uuid, send } = message;
      const { run_uuid } = send;
      const told = await known.providerIdOf({ account_uuid, run_uuid }, message.key);
      if (told !== null) return { provider_id: told, cost: null };
      await sleep(Math.max(0, since.getTime() + settings.listedAfterMs - Date.now()));
      const others = await known.providerIdsOf({ account_uuid, uuid: run_uuid });
      return call((twilio) => find(twilio, others, message, since));
    },
    check: () =>
      call(async ({ api }) => {
        const { status } = await api.v2010.accounts(credentials.account_sid).fetch();
        if (status !== 'active') throw new ChannelError('misconfigured', `account_${status}`);
      }),
  };
}

function addressOf({ channel, to }: Pick<CodeMessage, 'channel' | 'to'>): string {
  return channel === 'whatsapp' ? `whatsapp:${to}` : to;
}

type MessageRequest = Parameters<Client['messages']['create']>[0];

function requestOf(message: CodeMessage, settings: TwilioSettings): MessageRequest {
  const { sender, gives_receipts, callbackFor } = settings;
  const to = addressOf(message);
  const statusCallback = gives_receipts ? { statusCallback: callbackFor(message.key) } : {};
  if (message.channel === 'whatsapp') {
    return { to, ...statusCallback, ...whatsappOf(message, sender) };
  }
  if (sender.sms === null) throw new ChannelError('misconfigured', 'no_sms_sender');
  const from = sender.sms.startsWith('MG')
    ? { messagingServiceSid: sender.sms }
    : { from: sender.sms };
  return {
    to,
    ...from,
    ...statusCallback,
    body: renderMessage(message.template, message.code).text,
  };
}

/** Builds the parameters for WhatsApp, which accepts only approved templates for the first message to a person. */
function whatsappOf(message: CodeMessage, sender: TwilioSender) {
  const { whatsapp, content_sids, content_variables } = sender;
  if (whatsapp === null) throw new ChannelError('misconfigured', 'no_whatsapp_sender');
  const contentSid = ownValue(content_sids, message.language) ?? Object.values(content_sids)[0];
  if (contentSid === undefined) throw new ChannelError('misconfigured', 'no_whatsapp_template');
  const variables = Object.entries(content_variables).map(([name, text]) => [
    name,
    fillTemplate(text, message),
  ]);
  return {
    from: `whatsapp:${whatsapp}`,
    contentSid,
    contentVariables: JSON.stringify(Object.fromEntries(variables)),
  };
}

/** Fields of Twilio's message that are read. */
interface TwilioMessage {
  sid: string;
  body: string | null;
  direction: string;
  dateCreated: Date;
  price: string | null;
  priceUnit: string | null;
}

function takenOf({ sid, price, priceUnit }: TwilioMessage): AcceptedMessage {
  return { provider_id: sid, cost: costOf(price, priceUnit) };
}

/** Parses the cost that Twilio reports as `"-0.00750"` of its unit, once it is known. */
function costOf(price: string | null, unit: string | null): AcceptedMessage['cost'] {
  const paid = Math.abs(Number(price));
  if (price === null || unit === null || !Number.isFinite(paid)) return null;
  return { amount: Math.round(paid * 1_000_000) / 10_000, currency: unit.toUpperCase() };
}

/**
 * Finds an earlier message. Twilio stores no custom data with a message except the callback address, which it doesn't
 * return. So a message is identified by a received callback, else by destination, time and code.
 */
async function find(
  { messages }: Client,
  others: readonly string[],
  message: CodeMessage,
  since: Date,
): Promise<AcceptedMessage | null | 'unsupported'> {
  const listed: TwilioMessage[] = await messages.list({ to: addressOf(message), limit: LISTED });
  const candidates = listed.filter(
    ({ sid, direction, dateCreated }) =>
      direction.startsWith('outbound') &&
      dateCreated.getTime() >= since.getTime() - CLOCK_SKEW_MS &&
      !others.includes(sid),
  );
  const found = candidates.find(({ body }) => body?.includes(message.code));
  if (found !== undefined) return takenOf(found);
  // If bodies are redacted, any of these may be the message.
  return candidates.some(({ body }) => body === null || body === '') ? 'unsupported' : null;
}
