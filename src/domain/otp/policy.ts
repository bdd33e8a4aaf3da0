/** A NIP configuration: the channels of a code and its limits. Copied into each run. */

export type Channel = 'sms' | 'whatsapp' | 'email';

/** A channel with its connector. `connector_uuid` is null for the account's default WhatsApp line. */
export interface Route {
  channel: Channel;
  connector_uuid: string | null;
}

/** Returns a key that identifies a route. */
export function routeKey({ channel, connector_uuid }: Route): string {
  return `${channel}/${connector_uuid ?? ''}`;
}

export interface Backup extends Route {
  /** Failed attempts after which the backup takes over. */
  after_failed_attempts: number;
}

export interface VerificationPolicy extends Route {
  backup: Backup | null;
}

/** Times in seconds. */
export interface CodePolicy {
  length: number;
  expires_in: number;
  max_wrong: number;
  max_sends: number;
  resend_after: number;
  receipt_timeout: number;
}

export interface NipPolicy {
  /** One or two, in order. */
  verifications: VerificationPolicy[];
  code: CodePolicy;
  /** The account's own texts by language, with `{{code}}` as placeholder. */
  messages?: Record<string, string>;
}

/** Returns the channels that a policy may use, each once. */
export function listChannels(policy: NipPolicy): Channel[] {
  const routes = policy.verifications.flatMap((each) =>
    each.backup === null ? [each] : [each, each.backup],
  );
  return [...new Set(routes.map((route) => route.channel))];
}
