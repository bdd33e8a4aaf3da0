/** Builds the ids of spending counters: keyed hashes, without phones or addresses. */
import { isIPv6 } from 'node:net';
import type { Keyring } from '../../platform/crypto/keyring';
import { keyedHash } from '../../platform/crypto/secrets';
import { currentPhone } from '../../domain/otp/phones';
import type { SpendingId } from './spending';

export type SpendingKind = 'send' | 'guess' | 'ip-send' | 'ip-guess';

/** Returns the id for a phone, email or IP address; the same for every notation. */
export function spendingId(
  ring: Keyring,
  what: SpendingKind,
  accountUuid: string,
  value: string,
): SpendingId {
  const isIp = what === 'ip-send' || what === 'ip-guess';
  return idOf(ring, what, accountUuid, isIp ? networkOf(value) : currentPhone(value).toLowerCase());
}

/** Returns the id for a phone without its last four digits; null if it is no phone. */
export function prefixId(ring: Keyring, accountUuid: string, to: string): SpendingId | null {
  if (!to.startsWith('+')) return null;
  return idOf(ring, 'prefix', accountUuid, currentPhone(to).slice(0, -4));
}

/** Returns the id for all sends of an account. */
export function accountId(account_uuid: string): SpendingId {
  return { account_uuid, id: `account/${account_uuid}` };
}

function idOf(
  ring: Keyring,
  what: SpendingKind | 'prefix',
  account_uuid: string,
  value: string,
): SpendingId {
  const id = `${what}/${keyedHash(ring, `${what}/${account_uuid}`, value)}`;
  return { account_uuid, id };
}

/** Returns the /64 network of an IPv6 address: a household has one such network with any number of addresses. */
function networkOf(ip: string): string {
  if (!isIPv6(ip) || ip.startsWith('::ffff:')) return ip;
  const [head = '', tail = ''] = ip.split('::');
  const [before, after] = [groupsOf(head), groupsOf(tail)];
  const missing = Math.max(0, 8 - before.length - after.length);
  const zeros = Array.from({ length: missing }, () => '0');
  return [...before, ...zeros, ...after].slice(0, 4).join(':');
}

function groupsOf(text: string): string[] {
  return text.split(':').filter((group) => group !== '');
}
