/** Sandbox connector: stores messages instead of sending them. The destination selects the outcome. */
import type { Channel } from '../../domain/otp/policy';
import type { SandboxStore } from '../../store/messaging/sandbox-messages';
import { ChannelError, type CodeMessage, type Connector } from '../connector';
import { ownValue } from '../../domain/run/own-value';

export type SandboxOutcome = 'delivered' | 'refused' | 'undelivered' | 'silent' | 'flaky';

/** A receipt of the sandbox and its send. */
export interface SandboxReceipt {
  key: string;
  message_uuid: string;
  send: CodeMessage['send'];
  status: 'delivered' | 'undelivered';
}

/** Number of messages of a run that a flaky destination refuses first. */
const FLAKY_REFUSALS = 2;
const BY_DIGIT: Readonly<Record<string, SandboxOutcome>> = {
  ...{ 1: 'refused', 2: 'undelivered', 3: 'silent', 4: 'flaky' },
};
const EMAIL_OUTCOMES: readonly string[] = ['refused', 'undelivered', 'silent', 'flaky'];

/**
 * Returns the outcome that a destination selects: by the last four digits of a phone, the local part or tag of an
 * email.
 */
export function scriptedOutcome(channel: Channel, to: string): SandboxOutcome {
  if (channel === 'email') {
    const local = to.slice(0, to.lastIndexOf('@')).toLowerCase();
    const found = local.split('+').find((part) => EMAIL_OUTCOMES.includes(part));
    return (found as SandboxOutcome | undefined) ?? 'delivered';
  }
  const match = /([0-2])00([1-4])$/.exec(to);
  const [, group, digit = ''] = match ?? [];
  const applies = group === '2' || group === (channel === 'sms' ? '0' : '1');
  return (applies ? ownValue(BY_DIGIT, digit) : undefined) ?? 'delivered';
}

/** Creates the connector. `reportLater` delivers a receipt after a second, even if the process dies. */
export function sandboxConnector(
  messages: SandboxStore,
  reportLater: (receipt: SandboxReceipt) => Promise<void>,
  { uuid = null, gives_receipts = true }: { uuid?: string | null; gives_receipts?: boolean } = {},
): Connector {
  const tell = (
    { key, send }: Pick<CodeMessage, 'key' | 'send'>,
    message_uuid: string,
    status: SandboxReceipt['status'],
  ) => reportLater({ key, message_uuid, send, status });
  return {
    ...{ kind: 'sandbox', uuid },
    channels: ['sms', 'whatsapp', 'email'],
    gives_receipts,
    lineOf: () => null,
    async send(message) {
      const script = scriptedOutcome(message.channel, message.to);
      const refusals = script === 'flaky' ? await messages.countRefused(message) : 0;
      const isRefused = script === 'refused' || (script === 'flaky' && refusals < FLAKY_REFUSALS);
      if (isRefused) {
        await messages.store(message, 'refused', null);
        throw refused();
      }
      const receipt = receiptOf(script);
      const uuid = await messages.store(message, 'sent', gives_receipts ? receipt : null);
      if (gives_receipts && receipt !== null) await tell(message, uuid, receipt);
      return { provider_id: uuid, cost: null };
    },
    async find(message) {
      const found = await messages.findByKey(message.account_uuid, message.key);
      if (found === null) return null;
      if (found.status === 'refused') throw refused();
      // The process that stored the message may have died before scheduling its receipt.
      if (found.receipt !== null) await tell(message, found.uuid, found.receipt);
      return { provider_id: found.uuid, cost: null };
    },
    check: () => Promise.resolve(),
  };
}

function receiptOf(script: SandboxOutcome): SandboxReceipt['status'] | null {
  if (script === 'silent') return null;
  return script === 'undelivered' ? 'undelivered' : 'delivered';
}

function refused(): ChannelError {
  return new ChannelError('refused', 'sandbox_refused');
}
