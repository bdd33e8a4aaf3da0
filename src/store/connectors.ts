/** Connectors: accounts at messaging providers. What opens them is sealed and never shown. */
import type { Connection } from 'mongoose';
import type { Keyring } from '../crypto/keyring';
import { openJson, sealJson } from '../crypto/seal';
import type { Channel } from '../nips/policy';
import type { Json } from '../runs/events';
import { ConfigStore, configured, type ConfigDocument, type Configured } from './configuration';

/** As they are kept: sealed under a key of ENCRYPTION_KEYS, with what may be shown of them. */
export interface SealedCredentials {
  key_id: string;
  sealed: Buffer;
  shown: Record<string, string | null>;
}

export interface TwilioCredentials {
  account_sid: string;
  /** Also signs what Twilio tells us. */
  auth_token: string;
}

export interface TwilioSender {
  /** A phone, a short code, a name, or the SID of a messaging service (`MG…`). */
  sms: string | null;
  /** The phone of a WhatsApp sender. */
  whatsapp: string | null;
  /** SIDs (`HX…`) of the approved WhatsApp templates, by language. */
  content_sids: Record<string, string>;
  /** What their variables hold: texts with `{{code}}` and `{{account}}`. */
  content_variables: Record<string, string>;
}

export interface SendgridCredentials {
  api_key: string;
  /** Of the event webhook: base64 of a DER SubjectPublicKeyInfo, as SendGrid shows it. Null without receipts. */
  webhook_public_key: string | null;
}

export interface SendgridSender {
  email: string;
  name: string | null;
  /** Ids (`d-…`) of dynamic templates by language; they are given code, account, subject and text. */
  template_ids: Record<string, string>;
}

interface CommonFields {
  name: string;
  channels: Channel[];
  /** Whether it tells what became of a message. */
  receipts: boolean;
  /** Nothing goes through it, and backups take over at once. */
  paused?: boolean;
}

export type SandboxFields = CommonFields & { kind: 'sandbox' };
export type TwilioFields = CommonFields & {
  kind: 'twilio';
  credentials: SealedCredentials;
  sender: TwilioSender;
};
export type SendgridFields = CommonFields & {
  kind: 'sendgrid';
  credentials: SealedCredentials;
  sender: SendgridSender;
};
export type ConnectorFields = SandboxFields | TwilioFields | SendgridFields;
export type LiveConnector = Configured<TwilioFields> | Configured<SendgridFields>;

type CredentialsOf<Kind> = Kind extends 'twilio' ? TwilioCredentials : SendgridCredentials;

export class ConnectorStore extends ConfigStore<ConnectorFields> {
  constructor(
    connection: Connection,
    private readonly ring: Keyring,
  ) {
    super(connection, 'connectors');
  }

  /** Seals credentials for the connector with this uuid. `shown`: what may be shown of them. */
  seal(
    uuid: string,
    credentials: TwilioCredentials | SendgridCredentials,
    shown: Record<string, string | null>,
  ): SealedCredentials {
    const { current } = this.ring;
    const sealed = sealJson(current.bytes, { ...credentials }, placeOf(uuid));
    return { key_id: current.id, sealed, shown };
  }

  /** What opens a connector's account at its provider. @throws Error where ENCRYPTION_KEYS lacks the key. */
  open<Kind extends LiveConnector['kind']>(connector: {
    uuid: string;
    kind: Kind;
    credentials: SealedCredentials;
  }): CredentialsOf<Kind> {
    const { key_id, sealed } = connector.credentials;
    const key = this.ring.find(key_id);
    if (key === undefined) throw new Error(`ENCRYPTION_KEYS lacks the key ${key_id}`);
    const values: Json = openJson(key.bytes, bytesOf(sealed), placeOf(connector.uuid));
    // Only `seal` writes what is opened here, by the same kind.
    return values as object as CredentialsOf<Kind>;
  }

  /** Seals anew what isn't sealed under the newest key; answers how many. Safe to repeat. */
  async rotate(): Promise<number> {
    const { current } = this.ring;
    const old = await this.documents
      .find({ 'fields.credentials.key_id': { $exists: true, $ne: current.id } } as never)
      .lean<ConfigDocument<ConnectorFields>[]>();
    for (const { _id: uuid, fields } of old) {
      if (fields.kind === 'sandbox') continue;
      const { kind, credentials } = fields;
      const opened = this.open({ uuid, kind, credentials });
      const sealed = this.seal(uuid, opened, credentials.shown);
      // Whoever changed them meanwhile sealed them anew.
      await this.documents.collection.updateOne(
        { _id: uuid as never, 'fields.credentials.key_id': credentials.key_id },
        { $set: { 'fields.credentials': sealed } },
      );
    }
    return old.length;
  }

  /** Of any account, archived ones too: receipts come late. */
  async findAny(uuid: string): Promise<Configured<ConnectorFields> | null> {
    const found = await this.documents
      .findById(uuid)
      .lean<ConfigDocument<ConnectorFields> | null>();
    return found === null ? null : configured(found);
  }

  /** The account's oldest connector that reaches the world by WhatsApp: its default line. */
  async defaultLine(accountUuid: string): Promise<Configured<ConnectorFields> | null> {
    const found = await this.documents
      .find({ account_uuid: accountUuid, archived_at: null } as never)
      .sort({ created_at: 1, _id: 1 })
      .lean<ConfigDocument<ConnectorFields>[]>();
    const line = found.find(
      ({ fields }) => fields.kind !== 'sandbox' && fields.channels.includes('whatsapp'),
    );
    return line === undefined ? null : configured(line);
  }
}

function placeOf(uuid: string): string {
  return `connector/${uuid}/credentials`;
}

/** What the driver gives for bytes within a mixed document. */
function bytesOf(sealed: Buffer | { buffer: Uint8Array }): Buffer {
  return Buffer.isBuffer(sealed) ? sealed : Buffer.from(sealed.buffer);
}
