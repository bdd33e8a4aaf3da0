/** Creates connectors to real providers from the accounts' configuration. */
import { LRUCache } from 'lru-cache';
import type { Config } from '../platform/config';
import type { ConnectorStore, LiveConnector } from '../store/configuration/connectors';
import type { Connector, KnownSends } from './connector';
import { sendgridConnector } from './sendgrid/sendgrid';
import { LISTED_AFTER_MS, twilioConnector } from './twilio/twilio';

export interface LiveDependencies {
  connectors: Pick<ConnectorStore, 'open'>;
  sends: KnownSends;
  config: Pick<Config, 'PUBLIC_URL' | 'TWILIO_API_BASE_URL' | 'SENDGRID_API_BASE_URL'>;
}

/** Maximum number of cached clients, which have open connections. */
const KEPT = 500;

/** Creates the configured connector. Returns the same one until the configuration changes. */
export function liveConnectors({ connectors, sends, config }: LiveDependencies) {
  const made = new LRUCache<string, Connector>({ max: KEPT });
  return (configured: LiveConnector): Connector => {
    const version = `${configured.uuid}/${configured.updated_at.getTime()}`;
    const known = made.get(version);
    if (known !== undefined) return known;
    const connector = make(configured);
    made.set(version, connector);
    return connector;
  };

  function make(configured: LiveConnector): Connector {
    const { uuid, receipts: gives_receipts, channels } = configured;
    if (configured.kind === 'sendgrid') {
      const credentials = connectors.open(configured);
      const { sender } = configured;
      const baseUrl = config.SENDGRID_API_BASE_URL;
      return sendgridConnector({ uuid, credentials, sender, gives_receipts, baseUrl }, sends);
    }
    const callbackFor = (key: string) => twilioCallback(config.PUBLIC_URL, uuid, key);
    const { sender } = configured;
    const credentials = connectors.open(configured);
    const baseUrl = config.TWILIO_API_BASE_URL;
    const given = { uuid, credentials, sender, channels, gives_receipts, callbackFor, baseUrl };
    return twilioConnector({ ...given, listedAfterMs: LISTED_AFTER_MS }, sends);
  }
}

/**
 * Builds the status callback address for Twilio. The fragment makes Twilio retry a failed callback three times, for any
 * cause (https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides).
 */
function twilioCallback(publicUrl: string, uuid: string, key: string): string {
  const address = `${publicUrl.replace(/\/$/, '')}/callbacks/twilio/${uuid}`;
  return `${address}?key=${encodeURIComponent(key)}#rc=3&rp=all`;
}
