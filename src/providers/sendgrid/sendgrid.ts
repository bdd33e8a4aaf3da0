/** Sends email through a SendGrid account. */
import type mail from '@sendgrid/mail';
import type { SendgridCredentials, SendgridSender } from '../../store/configuration/connectors';
import { ChannelError, type CodeMessage, type Connector, type KnownSends } from '../connector';
import { parseRetryAfter } from '../retry-after';
import { renderMessage } from '../../messaging/texts';
import { toOneLine } from '../../domain/identifiers/one-line';
import { connectionError } from '../twilio/twilio-errors';
import { ownValue } from '../../domain/run/own-value';

/** Name of the custom argument with our key, which SendGrid returns with its events. */
export const KEY_ARGUMENT = 'cerciora_key';
/** Time limit of a call in milliseconds: less than that of an attempt. */
const TIMEOUT_MS = 5_000;

export interface SendgridSettings {
  uuid: string;
  credentials: SendgridCredentials;
  sender: SendgridSender;
  gives_receipts: boolean;
  /** Address of another server with SendGrid's API; set by the operator only. */
  baseUrl: string | undefined;
}

type MailService = typeof mail;
type OneMail = Exclude<Parameters<MailService['send']>[0], unknown[]>;

/** Creates a connector for a SendGrid account. */
export function sendgridConnector(settings: SendgridSettings, known: KnownSends): Connector {
  const { uuid, gives_receipts, sender } = settings;
  let made: Promise<MailService> | undefined;
  const send = async (mail: OneMail): Promise<string> => {
    try {
      const [response] = await (await (made ??= serviceOf(settings))).send(mail);
      return (response.headers as Record<string, string | undefined>)['x-message-id'] ?? 'unknown';
    } catch (error) {
      throw sendgridError(error);
    }
  };
  return {
    ...{ kind: 'sendgrid', uuid, channels: ['email'], gives_receipts },
    lineOf: () => null,
    async send(message) {
      return { provider_id: await send(mailOf(message, sender)), cost: null };
    },
    // SendGrid's API for single messages is a paid add-on with a delay, so only events show earlier attempts.
    async find({ key, account_uuid, send: { run_uuid } }) {
      const told = await known.providerIdOf({ account_uuid, run_uuid }, key);
      return told === null ? 'unsupported' : { provider_id: told, cost: null };
    },
    async check() {
      const text = 'Cerciora';
      const mail = { to: sender.email, from: fromOf(sender), subject: text, text };
      await send({ ...mail, mailSettings: { sandboxMode: { enable: true } } });
    },
  };
}

/** Creates one client per connector: the package's own instance is shared globally. */
async function serviceOf({ credentials, baseUrl }: SettingsOfClient): Promise<MailService> {
  const loaded: object = (await import('@sendgrid/mail')).default;
  // The package exports an instance with its class as a property, which its types don't declare.
  const { MailService: Service } = loaded as { MailService: new () => MailService & Inner };
  const service = new Service();
  service.setApiKey(credentials.api_key);
  service.setTimeout(TIMEOUT_MS);
  // Set after the key, which resets the address.
  if (baseUrl !== undefined) service.client.setDefaultRequest('baseUrl', baseUrl);
  return service;
}

type SettingsOfClient = Pick<SendgridSettings, 'credentials' | 'baseUrl'>;
interface Inner {
  client: { setDefaultRequest(name: 'baseUrl', value: string): void };
}

function mailOf(message: CodeMessage, sender: SendgridSender): OneMail {
  const { to, key, template, code, language, account_name } = message;
  const { subject, text, html } = renderMessage(template, code);
  const templateId =
    ownValue(sender.template_ids, language) ?? Object.values(sender.template_ids)[0];
  const dynamicTemplateData = { code, account: toOneLine(account_name), subject, text, language };
  return {
    ...{ to, from: fromOf(sender), subject, text, html },
    ...(templateId === undefined ? {} : { templateId, dynamicTemplateData }),
    customArgs: { [KEY_ARGUMENT]: key },
    // Messages with codes contain no tracked links and no images.
    trackingSettings: { clickTracking: { enable: false }, openTracking: { enable: false } },
  };
}

function fromOf({ email, name }: SendgridSender): OneMail['from'] {
  return name === null ? email : { email, name };
}

/** Converts the error of a call. Leaves out SendGrid's own texts, which may contain the address. */
function sendgridError(error: unknown): ChannelError {
  const { code, response } = error as { code?: unknown; response?: { headers?: object } };
  if (typeof code !== 'number') return connectionError(code);
  const name = `sendgrid_${code}`;
  if (code === 429 || code >= 500) {
    const isCertain = code === 429 || code === 503;
    const retryAfter = parseRetryAfter((response?.headers ?? {}) as Record<string, unknown>);
    return new ChannelError('recoverable', `http_${code}`, isCertain, retryAfter);
  }
  if (code === 401 || code === 403) return new ChannelError('misconfigured', name);
  return new ChannelError('refused', name);
}
