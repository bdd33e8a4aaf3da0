/** SMS and WhatsApp through an account at Twilio. */
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

/** How long after a message was taken its account's list may not show it yet, in milliseconds; ours, to be sure. */
export const LISTED_AFTER_MS = 3_000;
/** Clocks differ by so much at most, in milliseconds. */
const CLOCK_SKEW_MS = 60_000;
/** Messages to one phone that are looked through, newest first. */
const LISTED = 50;

export interface TwilioSettings {
  uuid: string;
  credentials: TwilioCredentials;
  sender: TwilioSender;
  channels: Connector['channels'];
  gives_receipts: boolean;
  /** Where Twilio tells what became of the message with a key. */
  callbackFor: (key: string) => string;
  /** Of another server that speaks as Twilio; the operator's, never a tenant's. */
  baseUrl: string | undefined;
  listedAfterMs: number;
}

type Client = TwilioSDK.Twilio;

/** A connector over an account at Twilio. */
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

/** WhatsApp takes approved templates alone from who wasn't written to first. */
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

/** What of Twilio's message is looked at. */
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

/** Twilio tells what a message cost as `"-0.00750"` of its unit, once it knows. */
function costOf(price: string | null, unit: string | null): AcceptedMessage['cost'] {
  const paid = Math.abs(Number(price));
  if (price === null || unit === null || !Number.isFinite(paid)) return null;
  return { amount: Math.round(paid * 1_000_000) / 10_000, currency: unit.toUpperCase() };
}

/**
 * Twilio keeps nothing of ours with a message but the address of its callback, which it doesn't tell: a message is
 * known by a callback that came, else by destination, time and the code in it.
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
  // Where bodies are redacted, any of these may be the one.
  return candidates.some(({ body }) => body === null || body === '') ? 'unsupported' : null;
}
