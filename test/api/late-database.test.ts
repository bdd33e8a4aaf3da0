import { AccountStore } from '../../src/store/accounts/accounts';
import { connectStore, isStoreUnavailable } from '../../src/store/connection';
import { testKeys } from '../support/keys';
import { freePort } from '../support/launching';
import { startMongo } from '../support/servers';

test('a process that starts before its database fails within its timeout and works once the database is up', async () => {
  const port = await freePort();
  const connection = connectStore(`mongodb://127.0.0.1:${port}/late?directConnection=true`, 500);
  const accounts = new AccountStore(connection, testKeys.ENCRYPTION_KEYS);
  const startedAt = performance.now();
  const early: unknown = await accounts.listAccounts().catch((error: unknown) => error);
  expect(isStoreUnavailable(early)).toBe(true);
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  const server = await startMongo({ port });
  try {
    await connection
      .asPromise()
      .catch(() => new Promise((resolve) => connection.once('open', resolve)));
    expect(await accounts.listAccounts()).toEqual([]);
  } finally {
    await connection.close();
    await server.stop();
  }
});

test('a connection that was never established can be closed', async () => {
  const connection = connectStore(`mongodb://127.0.0.1:${await freePort()}/never`, 200);
  await connection.asPromise().catch(() => undefined);
  await connection.close();
  expect(connection.readyState).toBe(0);
});
