/** Which requests may take longer to arrive than others: their routes look after them. */
import type { IncomingMessage } from 'node:http';

const patient = new WeakSet<IncomingMessage>();

/** From here on the caller sees to it that the request comes to its end. */
export function disableRequestTimeout(request: IncomingMessage): void {
  patient.add(request);
}

export function isRequestTimeoutDisabled(request: IncomingMessage): boolean {
  return patient.has(request);
}
