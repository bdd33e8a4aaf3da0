import type { DestinationHashes } from './events';

/** Keyed hashes by which a run can be found: of its caller's reference, and of all its phones and emails. */
export interface RunHashes {
  reference: string | null;
  phones: string[];
  emails: string[];
}

const NONE: RunHashes = { reference: null, phones: [], emails: [] };

/** Adds one more pair of destinations. */
export function withDestinations(
  hashes: RunHashes = NONE,
  { phone, email }: DestinationHashes,
): RunHashes {
  return {
    ...hashes,
    phones: joined(hashes.phones, phone),
    emails: joined(hashes.emails, email),
  };
}

function joined(all: readonly string[], one: string | null): string[] {
  return one === null ? [...all] : [...new Set([...all, one])];
}
