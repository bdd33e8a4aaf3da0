/** Tests that two spellings of one phone or email are one destination for budgets and search. */
import { randomUUID } from 'node:crypto';
import type { Connection } from 'mongoose';
import { SharedBudgets } from '../../src/messaging/shared-budgets';
import { email, mobile, presetMobile } from '../../src/steps/shared/fields';
import { findDestinations, maskDestinations } from '../../src/store/runs/destinations';
import { createIndexes, createStores, type Stores } from '../../src/store/stores';
import { testKeys } from '../support/keys';
import { dropStore, openStore } from '../support/store';

let connection: Connection;
let stores: Stores;
beforeAll(async () => {
  connection = await openStore();
  stores = createStores(connection, testKeys);
  await createIndexes(stores);
});
afterAll(() => dropStore(connection));

const PHONES: [first: string, second: string][] = [
  ['+525512345678', '+5215512345678'],
  ['+525512345679', ' +525512345679\u00a0'],
  ['+525512345670', '\u202a+525512345670\u202c'],
  ['+5491123456789', '+541123456789'],
  ['+5492214567890', '+542214567890'],
  ['+5531992340011', '+553192340011'],
  ['+5511977778888', '+551177778888'],
];
const EMAILS: [first: string, second: string][] = [
  ['victim@example.com', ' victim@example.com'],
  ['victim2@example.com', 'Victim2@Example.COM\n'],
  ['ana@xn--espaa-rta.example', 'ana@españa.example'],
  ['ana@xn--espaa-rta.example', 'ana@espan\u0303a.example'],
];
/** Other ways in which only people write a phone. */
const TYPED: [first: string, second: string][] = [
  ['+525512345678', '+52 55 1234-5678'],
  ['+525512345678', '0052 1 (55) 1234 5678'],
  ['+5491123456789', '+54 11 15-2345-6789'],
];

type Field = 'phone' | 'email';
const cases = [
  ...PHONES.map((pair) => ['phone', 'preset', pair] as const),
  ...[...PHONES, ...TYPED].map((pair) => ['phone', 'typed', pair] as const),
  ...EMAILS.flatMap((pair) => [
    ['email', 'preset', pair] as const,
    ['email', 'typed', pair] as const,
  ]),
];

/** The destination of a step whose setup or submission names it. */
function destinationOf(field: Field, how: 'preset' | 'typed', given: string): string {
  const schema = field === 'email' ? email : how === 'preset' ? presetMobile : mobile;
  const named = { [field]: schema.parse(given) };
  const nothing = { metadata: null, external_reference_id: null };
  const found =
    how === 'preset'
      ? findDestinations({ ...nothing, setup: { nip: named } }, 'nip')
      : findDestinations({ ...nothing, setup: {} }, 'nip', [named]);
  return found[field] ?? '';
}

describe.each(cases)('%s, %s: %j', (field, how, pair) => {
  const spellings = pair.map((given) => destinationOf(field, how, given));
  const channel = field === 'email' ? ('email' as const) : ('sms' as const);

  test('has one canonical text and one hash for search', () => {
    expect(spellings).toEqual([pair[0], pair[0]]);
    const hashes = spellings.map((text) => {
      const found = { phone: null, email: null, [field]: text };
      const use = { name: 'n', channels: [channel] };
      const keys = { account_uuid: 'a', hashKeys: testKeys.HASH_KEYS };
      return maskDestinations(found, use, keys).hashes?.[field];
    });
    expect(hashes[0]).toEqual(expect.any(String));
    expect(new Set(hashes).size).toBe(1);
  });

  test('has one budget for sends and one for guesses', async () => {
    const { uuid } = await stores.accounts.ensureAccount({
      ...{ name: 'Banco', language: 'es', webhook_secret: 'whsec_' },
    });
    const limits = { destination_sends_10_min: 1, destination_guesses_10_min: 1 };
    await stores.sendingRules.changeBudgets(uuid, limits);
    const budgets = new SharedBudgets({ ...stores, hashKeys: testKeys.HASH_KEYS });
    const results = [];
    for (const to of spellings) {
      const whose = { account_uuid: uuid, mode: 'live' as const, run_uuid: randomUUID(), to };
      const send = { ...whose, key: randomUUID(), channel, number: 1, max_sends: 3 };
      results.push(await budgets.spendSend(send));
      const attempt = { ...whose, key: randomUUID(), attempts_left: 5, ip: null };
      results.push(await budgets.spendCodeAttempt(attempt));
    }
    const refused = expect.objectContaining({ kind: 'exhausted', reason: 'destination' });
    expect(results).toEqual([{ kind: 'taken' }, { kind: 'taken' }, refused, refused]);
  });
});

test('findDestinations() returns null for a setup with another value', () => {
  const creation = { metadata: null, external_reference_id: null };
  for (const phone of ['', 'nobody', '5512345678', 5, null, ['+525512345678']]) {
    expect(findDestinations({ ...creation, setup: { nip: { phone } } }, 'nip').phone).toBeNull();
  }
});
