/** A loopback server with SendGrid's v3 API: authentication, JSON, errors, sandbox mode, and signed events. */
import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto';
import { LoopbackServer, type Answer, type Asked } from './loopback-server';

interface MailJson {
  personalizations?: {
    to?: { email: string }[];
    custom_args?: Record<string, string>;
    dynamic_template_data?: Record<string, string>;
  }[];
  custom_args?: Record<string, string>;
  from?: { email: string; name?: string };
  subject?: string;
  content?: { type: string; value: string }[];
  template_id?: string;
  mail_settings?: { sandbox_mode?: { enable: boolean } };
}

export interface SendgridMessage {
  id: string;
  to: string;
  text: string;
  html: string;
  custom_args: Record<string, string>;
  mail: MailJson;
}

export const API_KEY = 'SG.loopback.0123456789abcdefghijklmnop';

export class LoopbackSendgrid {
  readonly messages: SendgridMessage[] = [];
  /** Responses to the next requests instead. */
  next: (number | 'hang_up_after_taking')[] = [];
  readonly errors = new Map<string, number>();
  /** Requests in sandbox mode, which send nothing. */
  checked = 0;
  private readonly keys = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  private readonly server = new LoopbackServer((asked) => this.answer(asked));

  start(): Promise<void> {
    return this.server.start();
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  get url(): string {
    return this.server.url;
  }

  /** The public key as SendGrid shows it. */
  get publicKey(): string {
    return this.keys.publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  }

  to(email: string): SendgridMessage[] {
    return this.messages.filter(({ to }) => to === email);
  }

  /** An event of a message in the webhook's format. */
  event(message: SendgridMessage, event: string, more: object = {}): object {
    const timestamp = Math.floor(Date.now() / 1_000);
    const ids = {
      sg_message_id: `${message.id}.filter`,
      sg_event_id: randomBytes(8).toString('hex'),
    };
    return { email: message.to, event, timestamp, ...ids, ...message.custom_args, ...more };
  }

  /** Posts events with SendGrid's signature; returns the response's status. `forged`: with another key. */
  async tell(address: string, events: object[], { forged = false } = {}): Promise<number> {
    const body = JSON.stringify(events);
    const timestamp = String(Math.floor(Date.now() / 1_000));
    const { privateKey } = forged ? generateKeyPairSync('ec', { namedCurve: 'P-256' }) : this.keys;
    const signature = createSign('sha256')
      .update(timestamp + body)
      .sign(privateKey, 'base64');
    const headers = {
      'content-type': 'application/json',
      'x-twilio-email-event-webhook-signature': signature,
      'x-twilio-email-event-webhook-timestamp': timestamp,
    };
    return (await fetch(address, { method: 'POST', headers, body })).status;
  }

  private answer({ method, url, headers, body }: Asked): Answer {
    if (headers.authorization !== `Bearer ${API_KEY}`) return failure(401, 'unauthorized');
    if (method !== 'POST' || url.pathname !== '/v3/mail/send') return failure(404, 'not found');
    const next = this.next.shift();
    if (typeof next === 'number') return failure(next, 'later');
    const mail = JSON.parse(body) as MailJson;
    const [personal] = mail.personalizations ?? [];
    const to = personal?.to?.[0]?.email;
    if (to === undefined || mail.from === undefined || mail.subject === undefined) {
      return failure(400, 'a required field is missing');
    }
    const contents = mail.content ?? [];
    if (contents.length === 0 && mail.template_id === undefined) return failure(400, 'no content');
    const error = this.errors.get(to);
    if (error !== undefined) return failure(error, `Does not contain a valid address: ${to}`);
    if (mail.mail_settings?.sandbox_mode?.enable === true) {
      this.checked += 1;
      return { status: 200 };
    }
    const valueOf = (type: string) => contents.find((each) => each.type === type)?.value ?? '';
    const id = randomBytes(11).toString('base64url');
    this.messages.push({
      ...{ id, to, text: valueOf('text/plain'), html: valueOf('text/html'), mail },
      custom_args: { ...mail.custom_args, ...personal?.custom_args },
    });
    return next === undefined ? { status: 202, headers: { 'x-message-id': id } } : 'hang_up';
  }
}

function failure(status: number, message: string) {
  return { status, body: { errors: [{ message, field: null, help: null }] } };
}
