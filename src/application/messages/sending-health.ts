/** Finds problems of sending that no request reports: silent providers and closed phone prefixes. */
import type { Stores } from '../../store/stores';

/** Receipts are expected of messages older than five minutes, of the last hour. */
const LATE_AFTER_MS = 5 * 60_000;
const WINDOW_MS = 60 * 60_000;
/** With fewer messages, missing receipts prove nothing. */
const MIN_MESSAGES = 5;

export type SendingPorts = Pick<Stores, 'usage' | 'spending'>;

/** A connector whose provider accepted messages and sent no receipt for any of them. */
export interface SilentConnector {
  connector_uuid: string;
  messages: number;
}

/** Finds silent connectors of all accounts. */
export async function findSilentConnectors(
  { usage }: Pick<SendingPorts, 'usage'>,
  now = Date.now(),
): Promise<SilentConnector[]> {
  const from = new Date(now - WINDOW_MS);
  const found = await usage.receiptsByConnector({ from, to: new Date(now - LATE_AFTER_MS) });
  return found
    .filter(({ messages, told }) => messages >= MIN_MESSAGES && told === 0)
    .map(({ connector_uuid, messages }) => ({ connector_uuid, messages }));
}

/** Counts the phone prefixes that are closed now. */
export function countClosedPrefixes(
  { spending }: Pick<SendingPorts, 'spending'>,
  now = Date.now(),
): Promise<number> {
  return spending.countClosed(now);
}
