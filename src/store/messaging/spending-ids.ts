/** Under which ids spendings are counted: keyed hashes, nobody's phone or address. */
import ipaddr from 'ipaddr.js';
import type { Keyring } from '../../platform/crypto/keyring';
import { keyedHash } from '../../platform/crypto/secrets';
import type { SpendingId } from './spending';

export type SpendingKind = 'send' | 'attempt' | 'ip-send' | 'ip-attempt';

/** Returns the id of a counter of a phone or an email in canonical form, or of the network of an IP address. */
export function spendingId(
  ring: Keyring,
  what: SpendingKind,
  accountUuid: string,
  value: string,
): SpendingId {
  const isIp = what === 'ip-send' || what === 'ip-attempt';
  return idOf(ring, what, accountUuid, isIp ? networkOf(value) : value);
}

/** Returns the id for a phone without its last four digits; null if it is no phone. */
export function prefixId(ring: Keyring, accountUuid: string, to: string): SpendingId | null {
  if (!to.startsWith('+')) return null;
  return idOf(ring, 'prefix', accountUuid, to.slice(0, -4));
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

/** Returns the IPv4 address, or the first 64 bits of an IPv6 address: a household has one such network. */
function networkOf(text: string): string {
  if (!ipaddr.isValid(text)) return text;
  const address = ipaddr.process(text);
  if (address instanceof ipaddr.IPv4) return address.toString();
  return address.parts
    .slice(0, 4)
    .map((part) => part.toString(16))
    .join(':');
}
