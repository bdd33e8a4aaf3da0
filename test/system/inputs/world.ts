/** One stack for all rows, with loopback providers: accounts, connectors and NIPs of both modes. */
import { randomUUID } from 'node:crypto';
import { API_KEY, LoopbackSendgrid } from '../../support/loopback-sendgrid';
import { SENDGRID_CONNECTOR, TWILIO_CONNECTOR } from '../../support/live-connectors';
import { AUTH_TOKEN, LoopbackTwilio, tell } from '../../support/loopback-twilio';
import { ACCOUNT, Stack, TEST_KEY } from '../../support/stack';
import { demand, stepUuid, Tenant, until, type RunJson } from './tenant';

/** One account, called by its test key and its live key. */
export interface Account {
  test: Tenant;
  live: Tenant;
}

/** Of an account: its connectors of providers, and NIPs over them. */
interface Lines {
  twilio: string;
  sms: string;
  email: string;
}

export interface NipPayload {
  phone: string | null;
  email: string | null;
  verifications: {
    destination: string;
    wrong_codes: number;
    sends: { channel: string; status: string; error_code: string | null }[];
  }[];
}

export class World {
  private constructor(
    readonly stack: Stack,
    readonly twilio: LoopbackTwilio,
    readonly sendgrid: LoopbackSendgrid,
    readonly test: Tenant,
    readonly live: Tenant,
    readonly lines: Lines,
    /** NIPs by the sandbox connector. */
    readonly sandbox: { connector: string; sms: string; email: string },
  ) {}

  static async start(): Promise<World> {
    const [twilio, sendgrid] = [new LoopbackTwilio(), new LoopbackSendgrid()];
    await Promise.all([twilio.start(), sendgrid.start()]);
    const environment = { TWILIO_API_BASE_URL: twilio.url, SENDGRID_API_BASE_URL: sendgrid.url };
    const stack = await Stack.start({}, {}, environment);
    const test = new Tenant(stack.url, ACCOUNT, TEST_KEY);
    const live = new Tenant(stack.url, ACCOUNT, await stack.createKey('live'));
    const lines = await linesOf(live, sendgrid);
    const connector = await test.made('/v1/connectors', { name: 'Sandbox', kind: 'sandbox' });
    const nip = (channel: string) => {
      const first_verification = { channel, connector_uuid: connector };
      return test.made('/v1/nips', { name: `Sandbox ${channel}`, first_verification });
    };
    const sandbox = { connector, sms: await nip('sms'), email: await nip('email') };
    return new World(stack, twilio, sendgrid, test, live, lines, sandbox);
  }

  async stop(): Promise<void> {
    await Promise.all([this.stack.stop(), this.twilio.stop(), this.sendgrid.stop()]);
  }

  /** Creates an account. */
  async account(fields?: object): Promise<Account> {
    const uuid = randomUUID();
    const { test_key, live_key } = await this.stack.addAccount(uuid);
    const test = new Tenant(this.stack.url, uuid, test_key);
    if (fields) await test.call('/v1/account', { method: 'PUT', body: fields });
    return { test, live: new Tenant(this.stack.url, uuid, live_key) };
  }

  /** Creates an account with connectors of both providers. */
  async lineAccount(): Promise<Account & { lines: Lines }> {
    const account = await this.account();
    return { ...account, lines: await linesOf(account.live, this.sendgrid) };
  }

  /** Sends an SMS or WhatsApp message of a person to a connector, signed as Twilio does; returns the status. */
  inbound(connector: string, form: Record<string, string>): Promise<number> {
    return tell(`${this.stack.url}/callbacks/twilio/${connector}/inbound`, form, AUTH_TOKEN);
  }

  /** Creates a run of one step that sends a code at once, and waits for the result of its last send. */
  sent(tenant: Tenant, step: string, setup: object): Promise<SentCode> {
    return this.sentBy(tenant, '/v1/workflows', { steps: [step], setup: { [step]: setup } });
  }

  /** Creates a run by a call, and waits for the result of the last send of its first step. */
  async sentBy(tenant: Tenant, path: string, body: object): Promise<SentCode> {
    const uuid = stepUuid(demand(await tenant.call<RunJson>(path, { body })));
    return until(`a send of ${uuid}`, async () => {
      const payload = (await tenant.read(uuid)).payload as NipPayload | null;
      const verification = payload?.verifications[0];
      const send = verification?.sends.at(-1);
      if (payload === null || verification === undefined || send === undefined) return null;
      const { destination } = verification;
      return send.status === 'queued' ? null : { uuid, destination, payload, send };
    });
  }
}

export interface SentCode {
  /** Of the step. */
  uuid: string;
  destination: string;
  payload: NipPayload;
  send: NipPayload['verifications'][number]['sends'][number];
}

/** Writes the result of a send in short: `sent`, `failed opted_out`. */
export function became({ send: { status, error_code } }: SentCode): string {
  return error_code === null ? status : `${status} ${error_code}`;
}

async function linesOf(tenant: Tenant, sendgrid: LoopbackSendgrid): Promise<Lines> {
  const twilio = await tenant.made('/v1/connectors', TWILIO_CONNECTOR);
  const mail = await tenant.made('/v1/connectors', {
    ...SENDGRID_CONNECTOR,
    credentials: { api_key: API_KEY, webhook_public_key: sendgrid.publicKey },
  });
  const nip = (channel: string, connector_uuid: string) => {
    const first_verification = { channel, connector_uuid };
    return tenant.made('/v1/nips', { name: `By ${channel}`, first_verification });
  };
  return { twilio, sms: await nip('sms', twilio), email: await nip('email', mail) };
}
