import type { OutboundGuard } from '../../outbound/guard';
import { ApiError } from '../problems';

/** @throws ApiError `validation_failed` where an address that the service is to call may not be called. */
export function requireCallable(guard: OutboundGuard, url: string | undefined): void {
  const message = url === undefined ? null : guard.faultOf(url);
  if (message === null) return;
  const text = 'Some fields are not as they should be; see details.';
  throw new ApiError('validation_failed', text, [{ path: 'callback_url', message }]);
}
