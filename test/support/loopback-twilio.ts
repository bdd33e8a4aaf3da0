/** A loopback server with Twilio's Messages API: authentication, forms, errors, and signed callbacks. */
import { createHmac, randomBytes } from 'node:crypto';
import { LoopbackServer, type Answer, type Asked } from './loopback-server';

export interface TwilioMessage {
  sid: string;
  to: string;
  from: string | null;
  body: string;
  status: string;
  callback: string | null;
  form: Record<string, string>;
  date_created: string;
}

export const ACCOUNT_SID = `AC${'a'.repeat(32)}`;
export const AUTH_TOKEN = '0123456789abcdef0123456789abcdef';

export class LoopbackTwilio {
  /** All accepted messages, oldest first. */
  readonly messages: TwilioMessage[] = [];
  /** Responses to the next send requests instead: a status, or none after the message was accepted. */
  next: (number | 'hang_up_after_taking')[] = [];
  /** Error codes by destination. */
  readonly errors = new Map<string, number>();
  /** Called after a message was accepted, before the response. */
  onTaken: (message: TwilioMessage) => void | Promise<void> = () => undefined;
  retryAfter: string | undefined;
  requests = 0;
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

  to(phone: string): TwilioMessage[] {
    return this.messages.filter(({ to }) => to === phone || to === `whatsapp:${phone}`);
  }

  /** Sends a status callback with these changes in the form; returns the response's status. */
  async callBack(
    message: TwilioMessage,
    status: string,
    more: Record<string, string> = {},
    token = AUTH_TOKEN,
  ): Promise<number> {
    if (message.callback === null) throw new Error('no callback was asked for');
    const { sid, to, from } = message;
    const form = { ...{ MessageSid: sid, SmsSid: sid, MessageStatus: status }, To: to, ...more };
    return tell(message.callback, { ...form, AccountSid: ACCOUNT_SID, From: from ?? '' }, token);
  }

  private async answer({ method, url, headers, body }: Asked): Promise<Answer> {
    const expected = `Basic ${Buffer.from(`${ACCOUNT_SID}:${AUTH_TOKEN}`).toString('base64')}`;
    if (headers.authorization !== expected) return failure(401, 20003, 'Authenticate');
    const account = `/2010-04-01/Accounts/${ACCOUNT_SID}`;
    if (url.pathname === `${account}.json`) {
      return { status: 200, body: { sid: ACCOUNT_SID, status: 'active' } };
    }
    if (url.pathname !== `${account}/Messages.json`) return failure(404, 20404, 'not found');
    if (method === 'GET') return this.list(url.searchParams.get('To'));
    if (headers['content-type']?.startsWith('application/x-www-form-urlencoded') !== true) {
      return failure(415, 20001, 'form expected');
    }
    this.requests += 1;
    return this.take(Object.fromEntries(new URLSearchParams(body)));
  }

  private list(to: string | null): Answer {
    const found = this.messages.filter((message) => to === null || message.to === to).reverse();
    const messages = found.map((message) => this.shown(message));
    return { status: 200, body: { messages, next_page_uri: null, page: 0, page_size: 50 } };
  }

  private async take(form: Record<string, string>): Promise<Answer> {
    const next = this.next.shift();
    if (typeof next === 'number') {
      const headers = this.retryAfter === undefined ? {} : { 'retry-after': this.retryAfter };
      return { ...failure(next, next === 429 ? 20429 : next, 'Later'), headers };
    }
    const { To: to = '', From, MessagingServiceSid, Body, ContentSid, StatusCallback } = form;
    const error = this.errors.get(to);
    if (error !== undefined) return failure(400, error, `The number ${to} is not good`);
    if (From === undefined && MessagingServiceSid === undefined) return failure(400, 21603, 'From');
    if (Body === undefined && ContentSid === undefined) return failure(400, 21602, 'Body');
    if (to.startsWith('whatsapp:') && ContentSid === undefined) return failure(400, 63016, 'Text');
    const variables = Object.values(JSON.parse(form['ContentVariables'] ?? '{}') as object);
    const message: TwilioMessage = {
      sid: `SM${randomBytes(16).toString('hex')}`,
      ...{ to, from: From ?? null, body: Body ?? variables.join(' '), status: 'queued', form },
      callback: StatusCallback ?? null,
      date_created: new Date().toUTCString(),
    };
    this.messages.push(message);
    await this.onTaken(message);
    return next === undefined ? { status: 201, body: this.shown(message) } : 'hang_up';
  }

  private shown({ sid, to, from, body, status, date_created }: TwilioMessage) {
    const fields = { sid, to, from, body, status, date_created, date_updated: date_created };
    const nothing = { date_sent: null, price: null, price_unit: null, error_code: null };
    return { ...fields, ...nothing, direction: 'outbound-api', account_sid: ACCOUNT_SID };
  }
}

/** Signs under a webhook rule: its shared key, its hash, and the header that tells of it. */
export interface SharedKey {
  key: string;
  hash: string;
  settings: string;
}

/** Posts a form with Twilio's signature to an address. A fragment is Twilio's own and is neither sent nor signed. */
export async function tell(
  address: string,
  form: Record<string, string>,
  token: string | SharedKey = AUTH_TOKEN,
  signedAddress = address,
): Promise<number> {
  const [url = ''] = address.split('#');
  const [signed = ''] = signedAddress.split('#');
  const text = Object.keys(form)
    .sort()
    .reduce((all, name) => all + name + (form[name] ?? ''), signed);
  const { key, hash, settings } =
    typeof token === 'string' ? { key: token, hash: 'sha1', settings: undefined } : token;
  const headers = {
    'content-type': 'application/x-www-form-urlencoded',
    'x-twilio-signature': createHmac(hash, key).update(text).digest('base64'),
    ...(settings !== undefined && { 'x-twilio-webhooks-signature-settings': settings }),
  };
  const body = new URLSearchParams(form).toString();
  return (await fetch(url, { method: 'POST', headers, body })).status;
}

function failure(status: number, code: number, message: string) {
  const more_info = `https://www.twilio.com/docs/errors/${code}`;
  return { status, body: { code, message, more_info, status } };
}
