/**
 * Guards every address that a caller configures. Checks an address when it is configured, and again at each
 * connection: resolves the name, checks all its addresses, and connects to one of them without resolving again (no DNS
 * rebinding).
 */
import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { classifyAddress, type Network } from './addresses';

const MAX_LENGTH = 2_048;
/** Allowed ports outside of loopback; excludes mail, shells and databases. */
const isWebPort = (port: number): boolean => port === 443 || port >= 1_024;

export interface OutboundRules {
  /** True if loopback may be called, also by http; never in production. */
  loopback: boolean;
  /** Private networks that may be called. */
  networks: readonly Network[];
}

/** Thrown for a forbidden address. The message does not repeat it. */
export class OutboundRefused extends Error {
  override readonly name = 'OutboundRefused';
}

/** Resolves all addresses of a name. */
export type ResolveHost = (name: string) => Promise<LookupAddress[]>;

export class OutboundGuard {
  constructor(
    private readonly rules: OutboundRules,
    private readonly resolve: ResolveHost = resolveBySystem,
  ) {}

  /** Returns why an address is forbidden, as a predicate ("must …"); null if it is allowed so far. */
  findViolation(text: string): string | null {
    if (text.length > MAX_LENGTH) return `must be at most ${MAX_LENGTH} characters`;
    if (!URL.canParse(text)) return 'must be an address';
    const url = new URL(text);
    if (url.username !== '' || url.password !== '') return 'must not hold credentials';
    return isLoopbackHost(hostOf(url))
      ? this.findLoopbackViolation(url)
      : this.findForeignViolation(url);
  }

  /** @throws OutboundRefused. */
  check(text: string): URL {
    const fault = this.findViolation(text);
    if (fault !== null) throw new OutboundRefused(`The address ${fault}.`);
    return new URL(text);
  }

  /** Returns a resolver for one connection. A single forbidden address of a name refuses the name. */
  lookupFor(url: URL): LookupFunction {
    const host = hostOf(url);
    const wanted = isLoopbackHost(host) ? ['loopback'] : ['public', 'allowed'];
    return (_name, options, callback) => {
      const answer = async (): Promise<void> => {
        const found = await this.resolve(host);
        const isRefused = ({ address }: LookupAddress): boolean =>
          !wanted.includes(classifyAddress(address, this.rules.networks));
        if (found.length === 0 || found.some(isRefused)) {
          throw new OutboundRefused('The name leads to an address that may not be called.');
        }
        const [first] = found;
        if (options.all === true) callback(null, found);
        else callback(null, first?.address ?? '', first?.family ?? 4);
      };
      answer().catch((error: unknown) => {
        callback(error as NodeJS.ErrnoException, '', 4);
      });
    };
  }

  private findLoopbackViolation({ protocol }: URL): string | null {
    const isWeb = protocol === 'https:' || protocol === 'http:';
    return isWeb && this.rules.loopback ? null : this.requireNetwork();
  }

  private findForeignViolation(url: URL): string | null {
    if (url.protocol !== 'https:') return this.requireNetwork();
    if (url.port !== '' && !isWebPort(Number(url.port))) {
      return 'must be on port 443 or one from 1024 on';
    }
    return this.isForeign(hostOf(url)) ? null : 'must be reachable from the internet';
  }

  private isForeign(host: string): boolean {
    const { networks } = this.rules;
    if (isIP(host) !== 0) return ['public', 'allowed'].includes(classifyAddress(host, networks));
    if (host === 'metadata.google.internal') return false;
    // Names without a dot and internal names are only allowed with networks of the operator.
    return networks.length > 0 || (host.includes('.') && !/\.(internal|local|lan)$/.test(host));
  }

  private requireNetwork(): string {
    return this.rules.loopback
      ? 'must be an https address, or one on loopback'
      : 'must be an https address';
  }
}

/** Returns the host to connect to: without brackets and without a final dot. */
function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
}

function isLoopbackHost(host: string): boolean {
  if (isIP(host) !== 0) return classifyAddress(host) === 'loopback';
  return host === 'localhost' || host.endsWith('.localhost');
}

function resolveBySystem(name: string): Promise<LookupAddress[]> {
  return new Promise((resolve, reject) => {
    systemLookup(name, { all: true }, (error, addresses) => {
      if (error === null) resolve(addresses);
      else reject(error);
    });
  });
}
