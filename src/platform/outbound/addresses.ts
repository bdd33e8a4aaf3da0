/** Classifies network addresses that callers may configure. */
import ipaddr from 'ipaddr.js';

/** A parsed network in CIDR notation. */
export type Network = ReturnType<typeof ipaddr.parseCIDR>;

type Address = ReturnType<typeof ipaddr.parse>;

/** Global unicast is 2000::/3 (https://www.iana.org/assignments/ipv6-address-space): the rest is reserved or local. */
const GLOBAL_V6 = ipaddr.parseCIDR('2000::/3');
/** Public addresses that are no internet hosts: Azure's wire server, which returns credentials. */
const SPECIAL = ['168.63.129.16/32'].map((text) => ipaddr.parseCIDR(text));
/** Metadata services inside networks that an installation may allow. */
const METADATA = ['169.254.0.0/16', 'fe80::/10', 'fd00:ec2::254/128', '100.100.100.200/32'].map(
  (text) => ipaddr.parseCIDR(text),
);

export type Reach = 'public' | 'loopback' | 'allowed' | 'refused';

/**
 * Classifies an address. `allowed`: it is in one of `networks`, which an operator has allowed. Addresses with an
 * embedded IPv4 address (mapped, 6to4, NAT64, Teredo) are always refused.
 */
export function classifyAddress(text: string, networks: readonly Network[] = []): Reach {
  if (!ipaddr.isValid(text)) return 'refused';
  const address = ipaddr.parse(text);
  if (isIn(address, METADATA)) return 'refused';
  if (isIn(address, networks)) return 'allowed';
  const range = address.range();
  if (range === 'loopback') return 'loopback';
  if (range !== 'unicast' || isIn(address, SPECIAL)) return 'refused';
  return address.kind() === 'ipv4' || isIn(address, [GLOBAL_V6]) ? 'public' : 'refused';
}

/** @throws Error if the text is no network such as `10.0.0.0/8`. */
export function parseNetwork(text: string): Network {
  return ipaddr.parseCIDR(text);
}

function isIn(address: Address, networks: readonly Network[]): boolean {
  return networks.some(
    ([network, bits]) => network.kind() === address.kind() && address.match(network, bits),
  );
}
