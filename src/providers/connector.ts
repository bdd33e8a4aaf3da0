/** What a messaging provider is to this service. Every connector passes `test/channels/conformance`. */
import type { CodeIdentity } from '../platform/crypto/codes';
import type { Channel } from '../domain/otp/policy';
import type { SendOwner } from '../store/messaging/sends';
import type { RunRef } from '../store/account-scope';

/** Texts with `{{code}}` where the code goes. */
export interface Template {
  /** Of an email. */
  subject: string;
  text: string;
  html: string;
}

/** One message with a code in it. */
export interface CodeMessage {
  /** Ours, the same at each try: what a provider can be asked by. */
  key: string;
  account_uuid: string;
  mode: 'live' | 'test';
  channel: Channel;
  /** E.164 or an email address. */
  to: string;
  template: Template;
  /** Of the texts (ISO 639-1). */
  language: string;
  /** The account's name, as the person knows it. */
  account_name: string;
  code: string;
  /** By which the code can be derived again. */
  code_ref: CodeIdentity & { key_id: string; length: number };
  /** Whom a receipt is for. */
  send: { run_uuid: string; step_uuid: string; order: number; send: number };
}

/** The provider took it. `cost` in the smallest unit of `currency`, null where it isn't told. */
export interface AcceptedMessage {
  provider_id: string;
  cost: { amount: number; currency: string } | null;
}

/**
 * `recoverable`: it may go through in a moment. `refused`: this message won't. `permanent`: nothing will reach this
 * destination by this channel. `misconfigured`: nothing can be sent as the connector is set up.
 */
export type ChannelErrorKind = 'recoverable' | 'refused' | 'permanent' | 'misconfigured';

export class ChannelError extends Error {
  override readonly name = 'ChannelError';
  constructor(
    readonly kind: ChannelErrorKind,
    /** Stable and short, as the payload shows it. */
    readonly code: string,
    /** Whether the message surely did not go out. */
    readonly isCertain = true,
    /** When the provider wants to be asked again, in seconds; null where it didn't say. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${kind}: ${code}`);
  }
}

export interface Connector {
  kind: 'sandbox' | 'twilio' | 'sendgrid';
  /** Which one it is; null for the sandbox that stands in for another. */
  uuid: string | null;
  channels: readonly Channel[];
  gives_receipts: boolean;
  /** Names the sender of a channel, which people opt out of; null for one that nobody can answer. */
  lineOf(channel: Channel): string | null;
  /** @throws ChannelError. */
  send(message: CodeMessage): Promise<AcceptedMessage>;
  /**
   * What became of an earlier try with this message's key, which began at `since`: taken, unknown to the provider
   * (null), or not to be found out.
   * @throws ChannelError what the earlier try threw.
   */
  find(message: CodeMessage, since: Date): Promise<AcceptedMessage | null | 'unsupported'>;
  /** Whether it could send, found out without sending. @throws ChannelError. */
  check(): Promise<void>;
}

/** What a provider tells later of a message. */
export interface ProviderReceipt {
  provider_id: string;
  status: 'delivered' | 'undelivered' | 'failed';
  error_code: string | null;
  /** Nothing will reach this destination by this channel. */
  is_permanent: boolean;
}

/** Earlier tries as this service knows them without asking the provider. */
export interface KnownSends {
  /** The provider's id of a run's message with this key of ours, told by a callback; null where none came. */
  providerIdOf(owner: SendOwner, key: string): Promise<string | null>;
  /** The ids of all messages of a run that are known. */
  providerIdsOf(run: RunRef): Promise<string[]>;
}
