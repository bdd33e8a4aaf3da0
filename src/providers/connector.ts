/** Contract of a messaging provider. Every connector passes `test/channels/conformance`. */
import type { CodeIdentity } from '../platform/crypto/codes';
import type { Channel } from '../domain/otp/policy';
import type { SendOwner } from '../store/messaging/sends';
import type { RunRef } from '../store/account-scope';

/** Texts with the placeholder `{{code}}`. */
export interface Template {
  /** Subject of an email. */
  subject: string;
  text: string;
  html: string;
}

/** A message with a code. */
export interface CodeMessage {
  /** Idempotency key sent to the provider. Identical on every retry. */
  key: string;
  account_uuid: string;
  mode: 'live' | 'test';
  channel: Channel;
  /** E.164 or an email address. */
  to: string;
  template: Template;
  /** Language of the texts (ISO 639-1). */
  language: string;
  /** Account name shown to the person. */
  account_name: string;
  code: string;
  /** Identifies the code so that it can be derived again. */
  code_ref: CodeIdentity & { key_id: string; length: number };
  /** Send that a receipt belongs to. */
  send: { run_uuid: string; step_uuid: string; order: number; send: number };
}

/** Response of a provider that accepted a message. `cost` in the smallest unit of `currency`; null if not reported. */
export interface AcceptedMessage {
  provider_id: string;
  cost: { amount: number; currency: string } | null;
}

/**
 * `recoverable`: a retry may succeed. `refused`: this message can't be sent. `permanent`: this channel can't reach the
 * destination. `misconfigured`: the connector can't send with its current settings.
 */
export type ChannelErrorKind = 'recoverable' | 'refused' | 'permanent' | 'misconfigured';

export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  constructor(
    readonly kind: ChannelErrorKind,
    /** Short stable code, as shown in the payload. */
    readonly code: string,
    /** True if the message was certainly not sent. */
    readonly isCertain = true,
    /** Delay that the provider asks for, in seconds; null if none. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${kind}: ${code}`);
  }
}

export interface Connector {
  kind: 'sandbox' | 'twilio' | 'sendgrid';
  /** Uuid of the connector; null for the sandbox that replaces another connector. */
  uuid: string | null;
  channels: readonly Channel[];
  gives_receipts: boolean;
  /** Names the sender of a channel, which people opt out of; null for one that nobody can answer. */
  lineOf(channel: Channel): string | null;
  /** @throws ChannelError. */
  send(message: CodeMessage): Promise<AcceptedMessage>;
  /**
   * Looks up an earlier attempt with this message's key, which began at `since`. Returns the accepted message, null if
   * the provider has none, or `unsupported` if it has no lookup.
   * @throws ChannelError of the earlier attempt.
   */
  find(message: CodeMessage, since: Date): Promise<AcceptedMessage | null | 'unsupported'>;
  /** Checks the configuration without sending a message. @throws ChannelError. */
  check(): Promise<void>;
}

/** A receipt from a provider. */
export interface ProviderReceipt {
  provider_id: string;
  status: 'delivered' | 'undelivered' | 'failed';
  error_code: string | null;
  /** True if this channel can't reach the destination. */
  is_permanent: boolean;
}

/** Earlier sends as stored by this service. */
export interface KnownSends {
  /** Returns the provider's id of a run's message with this key, from a callback; null if none arrived. */
  providerIdOf(owner: SendOwner, key: string): Promise<string | null>;
  /** Returns all known provider ids of a run's messages. */
  providerIdsOf(run: RunRef): Promise<string[]>;
}
