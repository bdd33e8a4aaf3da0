import type { ProviderReceipt } from '../../providers/connector';
import type { StoredSend } from '../../store/messaging/sends';
import type { Ports } from '../ports';

/** Report of a provider on one message. */
export interface MessageReport {
  provider_id: string;
  /** Null where nothing is final. */
  receipt: ProviderReceipt | null;
}

type ReceiptPorts = Pick<Ports, 'gateway' | 'sends'> & {
  metrics: { received(channel: string, status: string): void };
};

/**
 * Records the outcome of a message, in its run first: a report that is repeated because this failed in between changes
 * nothing. The provider's first final status counts, whatever comes late, twice or out of order.
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

/** Our key names the step, the verification's order and the send's number. */
function placeOf(key: string): { step_uuid: string; order: number; send: number } {
  const [order = 0, send = 0] = key.slice(37).split('-').map(Number);
  return { step_uuid: key.slice(0, 36), order, send };
}
