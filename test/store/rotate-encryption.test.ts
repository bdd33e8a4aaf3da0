import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { parseKeyring } from '../../src/platform/crypto/keyring';
import { createStores } from '../../src/store/stores';
import { testKeys } from '../support/keys';
import { dropStore, openStore } from '../support/store';

let connection: Connection;
beforeEach(async () => (connection = await openStore()));
afterEach(() => dropStore(connection));

const entry = (id: string, byte: number) => `${id}:${Buffer.alloc(32, byte).toString('base64')}`;
const under = (ring: string) => {
  // One connection has one model of a name: as in another process.
  for (const name of connection.modelNames()) connection.deleteModel(name);
  return createStores(connection, { ...testKeys, ENCRYPTION_KEYS: parseKeyring(ring) });
};

test('rotate() encrypts credentials and run keys again, so that the old key can be removed', async () => {
  const [old, fresh] = [entry('old', 1), entry('new', 2)];
  const uuid = randomUUID();
  const before = under(old);
  const sealed = before.connectors.seal(uuid, { api_key: 'SG.x', webhook_public_key: null }, {});
  await before.connectors.create('a', uuid, {
    ...{ name: 'S', kind: 'sendgrid', channels: ['email'], receipts: false, credentials: sealed },
    sender: { email: 'a@b.example', name: null, template_ids: {} },
  });
  await before.connectors.create('a', randomUUID(), {
    ...{ name: 'Sandbox', kind: 'sandbox', channels: ['sms'], receipts: true },
  });
  const key = await before.runKeys.create({ account_uuid: 'a', uuid: 'run' });
  const both = under(`${fresh},${old}`);
  expect([await both.connectors.rotate(), await both.runKeys.rotate()]).toEqual([1, 1]);
  expect([await both.connectors.rotate(), await both.runKeys.rotate()]).toEqual([0, 0]);
  const after = under(fresh);
  const found = await after.connectors.find('a', uuid);
  if (found?.kind !== 'sendgrid') throw new Error('the connector is gone');
  expect(after.connectors.open(found)).toEqual({ api_key: 'SG.x', webhook_public_key: null });
  expect(await after.runKeys.find({ account_uuid: 'a', uuid: 'run' })).toEqual(key);
});
