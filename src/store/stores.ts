import type { Connection } from 'mongoose';
import type { Config } from '../config';
import { AccountStore } from './accounts';
import { IdempotencyStore } from './idempotency';
import { RunKeyStore } from './run-keys';
import { RunStore } from './runs';
import { TokenStore } from './tokens';

/** Everything that is kept in MongoDB. */
export interface Stores {
  accounts: AccountStore;
  idempotency: IdempotencyStore;
  runKeys: RunKeyStore;
  runs: RunStore;
  tokens: TokenStore;
}

/** The stores over one connection; once per connection. */
export function createStores(
  connection: Connection,
  { ENCRYPTION_KEYS }: Pick<Config, 'ENCRYPTION_KEYS'>,
): Stores {
  return {
    accounts: new AccountStore(connection, ENCRYPTION_KEYS),
    idempotency: new IdempotencyStore(connection, ENCRYPTION_KEYS),
    runKeys: new RunKeyStore(connection, ENCRYPTION_KEYS),
    runs: new RunStore(connection),
    tokens: new TokenStore(connection),
  };
}

/** Creates the indexes that are missing. Safe to repeat, and for several processes at once. */
export async function createIndexes(stores: Stores): Promise<void> {
  await stores.accounts.createIndexes();
  await stores.idempotency.createIndexes();
  await stores.runs.createIndexes();
  await stores.tokens.createIndexes();
}
