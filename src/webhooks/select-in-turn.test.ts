import { selectInTurn } from './select-in-turn';

const items = (account_uuid: string, count: number) =>
  Array.from({ length: count }, (_, index) => ({ account_uuid, name: `${account_uuid}${index}` }));
const namesOf = (selected: { name: string }[]) => selected.map(({ name }) => name);

test('accounts take turns, in the order of their items', () => {
  const all = [...items('a', 1_000), ...items('b', 2), ...items('c', 1)];
  expect(namesOf(selectInTurn(all, 6))).toEqual(['a0', 'b0', 'c0', 'a1', 'b1', 'a2']);
});

test('fewer items than the limit are all selected', () => {
  expect(namesOf(selectInTurn(items('a', 3), 100))).toEqual(['a0', 'a1', 'a2']);
  expect(selectInTurn([], 100)).toEqual([]);
});
