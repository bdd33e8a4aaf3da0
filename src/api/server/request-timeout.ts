/** Marks requests that may take longer to arrive, such as uploads: their routes limit the time. */
import type { IncomingMessage } from 'node:http';

const patient = new WeakSet<IncomingMessage>();

/** Disables the server's timeout for a request. The caller must end the request in time. */
export function disableRequestTimeout(request: IncomingMessage): void {
  patient.add(request);
}

export function isRequestTimeoutDisabled(request: IncomingMessage): boolean {
  return patient.has(request);
}
