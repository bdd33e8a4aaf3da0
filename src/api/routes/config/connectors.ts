import type { Configured } from '../../../store/configuration/configuration';
import type {
  ConnectorFields,
  ConnectorStore,
  SealedCredentials,
  SendgridFields,
  TwilioFields,
} from '../../../store/configuration/connectors';
import { configRoutes, type Target } from '../../config-resource';
import { connector } from '../../openapi/connectors';
import { invalidField } from '../../../application/domain-error';
import { connectorBody, type ConnectorBody } from './connector-body';

type ConnectorTarget = Target<ConnectorFields>;
type BodyOf<Kind> = Extract<ConnectorBody, { kind: Kind }>;

/** Presentation of a connector. */
export const connectorResource = {
  presentAll: (all: Configured<ConnectorFields>[]): Promise<object[]> =>
    Promise.resolve(all.map(shown)),
};

function shown(fields: Configured<ConnectorFields>): object {
  const { name, kind, channels, receipts, paused = false } = fields;
  const common = { name, kind, channels, receipts, paused };
  if (fields.kind === 'sandbox') return common;
  return { ...common, credentials: fields.credentials.shown, sender: fields.sender };
}

/** Connectors: accounts at messaging providers. */
export const connectorRoutes = configRoutes<ConnectorFields, ConnectorBody>({
  ...connectorResource,
  path: 'connectors',
  name: 'connector',
  purpose:
    'A connector is an account at a messaging provider, Twilio or SendGrid, or the sandbox. NIPs name the connectors that send their codes. Credentials are stored encrypted and never shown.',
  store: (deps) => deps.connectors,
  body: connectorBody,
  document: connector,
  example: { name: 'Sandbox', kind: 'sandbox', channels: ['sms', 'whatsapp', 'email'] },
  asSent,
  isInUse: (uuid, { runs }, accountUuid) => runs.usesConnector(accountUuid, uuid),
  users: {
    ...{ what: 'NIPs', path: 'nips' },
    list: ({ nips }, accountUuid, uuid) => nips.listWithConnector(accountUuid, uuid),
  },
  check(body, { config, connectors }, _accountUuid, target) {
    if (body.kind === 'sandbox' && !config.SANDBOX_ENABLED) {
      throw invalidField('kind', 'is not enabled on this installation');
    }
    if (target.existing !== null && target.existing.kind !== body.kind) {
      throw invalidField('kind', 'cannot be changed; create another connector');
    }
    const paused = target.existing?.paused ?? false;
    return Promise.resolve({ ...fieldsOf(body, connectors, target), paused });
  },
});

/** Converts a connector back to a body, without its credentials: a change without credentials leaves them unchanged. */
function asSent(fields: ConnectorFields): ConnectorBody {
  const { name, channels, receipts, kind } = fields;
  const common = { name, receipts };
  if (kind === 'sandbox') return { ...common, kind, channels };
  // The stored fields were parsed by the same schema.
  return { ...common, kind, channels, sender: fields.sender } as ConnectorBody;
}

function fieldsOf(
  body: ConnectorBody,
  store: ConnectorStore,
  target: ConnectorTarget,
): ConnectorFields {
  if (body.kind === 'sandbox') return body;
  return body.kind === 'twilio'
    ? twilioFields(body, store, target)
    : sendgridFields(body, store, target);
}

function twilioFields(
  { name, channels, receipts, sender, credentials }: BodyOf<'twilio'>,
  store: ConnectorStore,
  target: ConnectorTarget,
): TwilioFields {
  const shown = {
    account_sid: `AC****${credentials?.account_sid.slice(-4) ?? ''}`,
    auth_token: MASK,
    shared_key: credentials?.shared_key === undefined ? null : MASK,
  };
  const sealed =
    credentials &&
    store.seal(target.uuid, { ...credentials, shared_key: credentials.shared_key ?? null }, shown);
  const { sms = null, whatsapp = null, content_sids, content_variables } = sender;
  return {
    ...{ name, kind: 'twilio', channels, receipts },
    credentials: sealed ?? storedCredentials(target),
    sender: { sms, whatsapp, content_sids: given(content_sids), content_variables },
  };
}

function sendgridFields(
  { name, channels, receipts, sender, credentials }: BodyOf<'sendgrid'>,
  store: ConnectorStore,
  target: ConnectorTarget,
): SendgridFields {
  const { api_key, webhook_public_key = null } = credentials ?? {};
  const shown = { api_key: MASK, webhook_public_key };
  const sealed =
    api_key === undefined
      ? storedCredentials(target)
      : store.seal(target.uuid, { api_key, webhook_public_key }, shown);
  const hasKey = sealed.shown['webhook_public_key'] !== null;
  if (receipts === true && !hasKey) {
    throw invalidField('credentials.webhook_public_key', 'is required for receipts');
  }
  const { email, name: shownName = null, template_ids } = sender;
  return {
    ...{ name, kind: 'sendgrid', channels, receipts: receipts ?? hasKey },
    credentials: sealed,
    sender: { email, name: shownName, template_ids: given(template_ids) },
  };
}

function given(texts: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const all = Object.entries(texts);
  return Object.fromEntries(all.filter((entry): entry is [string, string] => !!entry[1]));
}

const MASK = '********';

/** @throws DomainError if there are no credentials yet. */
function storedCredentials({ existing }: ConnectorTarget): SealedCredentials {
  if (existing === null || existing.kind === 'sandbox')
    throw invalidField('credentials', 'is required');
  return existing.credentials;
}
