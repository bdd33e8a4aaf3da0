import type { ProviderReceipt } from '../../providers/connector';
import type { StoredSend } from '../../store/messaging/sends';
import type { Ports } from '../ports';

/** Report of a provider on one message. */
export interface MessageReport {
  provider_id: string;
  /** Null if the status isn't final. */
  receipt: ProviderReceipt | null;
}

type ReceiptPorts = Pick<Ports, 'gateway' | 'sends'> & {
  metrics: { received(channel: string, status: string): void };
};

/**
 * Records the result of a send, in its run first, so that a repeated report after a failure in between changes nothing.
 * The provider's first final status wins; later, repeated or reordered ones have no effect.
 */
export async function recordReceipt(
  { gateway, sends, metrics }: ReceiptPorts,
  send: StoredSend,
  { receipt, provider_id }: MessageReport,
): Promise<void> {
  if (send.receipt !== null) return;
  if (receipt === null) {
    if (send.provider_id === null) await sends.recordReceipt(send, provider_id, null);
    return;
  }
  const { status, error_code, is_permanent } = receipt;
  const reported = { status, error_code, ...(is_permanent ? { is_permanent } : {}) };
  await gateway.report(send.run_uuid, { ...placeOf(send.key), ...reported });
  await sends.recordReceipt(send, provider_id, status);
  metrics.received(send.channel, status);
}

/** Parses our message key: the step, the verification's order and the send's number. */
function placeOf(key: string): { step_uuid: string; order: number; send: number } {
  const [order = 0, send = 0] = key.slice(37).split('-').map(Number);
  return { step_uuid: key.slice(0, 36), order, send };
}
