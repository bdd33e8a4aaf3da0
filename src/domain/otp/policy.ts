/** What a NIP configuration says: through which channels a code goes, and how often. Snapshotted into each run. */

export type Channel = 'sms' | 'whatsapp' | 'email';

/** One way to send. `connector_uuid` is null for the account's default WhatsApp line. */
export interface Route {
  channel: Channel;
  connector_uuid: string | null;
}

/** Tells rungs apart. */
export function routeKey({ channel, connector_uuid }: Route): string {
  return `${channel}/${connector_uuid ?? ''}`;
}

export interface Backup extends Route {
  /** Takes over after this many failed attempts. */
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
  /** The account's own texts by language, with `{{code}}` in them. */
  messages?: Record<string, string>;
}

/** The channels that a policy may use, each once. */
export function listChannels(policy: NipPolicy): Channel[] {
  const rungs = policy.verifications.flatMap((each) =>
    each.backup === null ? [each] : [each, each.backup],
  );
  return [...new Set(rungs.map((rung) => rung.channel))];
}
