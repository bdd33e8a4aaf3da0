import type { OutboundGuard } from '../../platform/outbound/guard';
import { invalidField } from '../domain-error';

/** Checks a callback address. @throws DomainError `validation_failed` if the service may not call it. */
export function requireCallable(guard: OutboundGuard, url: string | undefined): void {
  const message = url === undefined ? null : guard.findViolation(url);
  if (message !== null) throw invalidField('callback_url', message);
}
