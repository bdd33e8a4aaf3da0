/** Staff actions of a step that sends codes. */
import type { Channel } from '../../../domain/otp/policy';
import type { Json } from '../../../domain/run/events';

export type CodeAction = 'resend_code' | 'switch_channel';

const CHANNELS: readonly unknown[] = ['sms', 'whatsapp', 'email'] satisfies Channel[];

/** Parsers of the actions' details; null for invalid details. */
export const codeActions = {
  resend_code: () => ({}),
  switch_channel: ({ channel }) => (isChannel(channel) ? { channel } : null),
} satisfies Record<CodeAction, (details: Readonly<Record<string, unknown>>) => Json>;

function isChannel(value: unknown): value is Channel {
  return CHANNELS.includes(value);
}

/** Returns the channel of parsed details; null for an action without one. */
export function channelIn(details: Json): Channel | null {
  if (typeof details !== 'object' || details === null || Array.isArray(details)) return null;
  return isChannel(details['channel']) ? details['channel'] : null;
}
