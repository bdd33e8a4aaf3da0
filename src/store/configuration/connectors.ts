/** Stores connectors: accounts at messaging providers. Their credentials are sealed and never shown. */
import type { Connection } from 'mongoose';
import type { Keyring } from '../../platform/crypto/keyring';
import { openJson, sealJson } from '../../platform/crypto/seal';
import type { Channel } from '../../domain/otp/policy';
import { toBuffer } from '../binary';
import { ConfigStore, configured, type Configured } from './configuration';

/** Stored credentials: sealed under a key of ENCRYPTION_KEYS, with their public part. */
export interface SealedCredentials {
  key_id: string;
  sealed: Buffer;
  shown: Record<string, string | null>;
}

export interface TwilioCredentials {
  account_sid: string;
  /** Also signs Twilio's callbacks, where no webhook rule names a shared key. */
  auth_token: string;
  /** Signs callbacks under a webhook rule; null without one. */
  shared_key: string | null;
}

export interface TwilioSender {
  /** A phone, a short code, a name, or the SID of a messaging service (`MG…`). */
  sms: string | null;
  /** Phone of a WhatsApp sender. */
  whatsapp: string | null;
  /** SIDs (`HX…`) of the approved WhatsApp templates, by language. */
  content_sids: Record<string, string>;
  /** Values of the template variables: texts with `{{code}}` and `{{account}}`. */
  content_variables: Record<string, string>;
}

export interface SendgridCredentials {
  api_key: string;
  /**
   * Public key of the event webhook: base64 of a DER SubjectPublicKeyInfo, as SendGrid shows it. Null without receipts.
   */
  webhook_public_key: string | null;
}

export interface SendgridSender {
  email: string;
  name: string | null;
  /** Ids (`d-…`) of dynamic templates by language, with the variables code, account, subject and text. */
  template_ids: Record<string, string>;
}

interface CommonFields {
  name: string;
  channels: Channel[];
  /** True if the connector gives receipts. */
  receipts: boolean;
  /** Paused: sends fail immediately and the backup channel takes over. */
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

  /** Seals credentials for the connector with this uuid. `shown`: their public part. */
  seal(
    uuid: string,
    credentials: TwilioCredentials | SendgridCredentials,
    shown: Record<string, string | null>,
  ): SealedCredentials {
    const { current } = this.ring;
    const sealed = sealJson(current.bytes, { ...credentials }, placeOf(uuid));
    return { key_id: current.id, sealed, shown };
  }

  /** Decrypts a connector's credentials. @throws Error if ENCRYPTION_KEYS lacks the key. */
  open<Kind extends LiveConnector['kind']>(connector: {
    uuid: string;
    kind: Kind;
    credentials: SealedCredentials;
  }): CredentialsOf<Kind> {
    const { key_id, sealed } = connector.credentials;
    const key = this.ring.find(key_id);
    if (key === undefined) throw new Error(`ENCRYPTION_KEYS lacks the key ${key_id}`);
    return openJson(key.bytes, toBuffer(sealed), placeOf(connector.uuid));
  }

  /** Seals all credentials under the newest key. Returns the number of changes. Safe to repeat. */
  async rotate(): Promise<number> {
    const { current } = this.ring;
    const old = await this.documents
      .find({ 'fields.credentials.key_id': { $exists: true, $ne: current.id } })
      .toArray();
    for (const document of old) {
      const connector = configured<ConnectorFields>(document);
      if (connector.kind === 'sandbox') continue;
      const { uuid, kind, credentials } = connector;
      const opened = this.open({ uuid, kind, credentials });
      const sealed = this.seal(uuid, opened, credentials.shown);
      // Skips credentials that changed meanwhile: they were sealed under the newest key.
      await this.documents.updateOne(
        { _id: uuid, 'fields.credentials.key_id': credentials.key_id },
        { $set: { 'fields.credentials': sealed } },
      );
    }
    return old.length;
  }

  /** Returns a connector of any account, including archived ones: receipts arrive late. */
  async findAny(uuid: string): Promise<Configured<ConnectorFields> | null> {
    const found = await this.documents.findOne({ _id: uuid });
    return found === null ? null : configured<ConnectorFields>(found);
  }

  /** Returns the account's oldest connector for real WhatsApp messages: its default line. */
  async defaultLine(accountUuid: string): Promise<Configured<ConnectorFields> | null> {
    const found = await this.documents
      .find({ account_uuid: accountUuid, archived_at: null })
      .sort({ created_at: 1, _id: 1 })
      .toArray();
    const line = found
      .map((document) => configured<ConnectorFields>(document))
      .find(({ kind, channels }) => kind !== 'sandbox' && channels.includes('whatsapp'));
    return line ?? null;
  }
}

function placeOf(uuid: string): string {
  return `connector/${uuid}/credentials`;
}
