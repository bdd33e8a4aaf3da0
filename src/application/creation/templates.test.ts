import { mergeDeeply } from './merge-deeply';
import { replaceGuids } from './replace-guids';

test('mergeDeeply() merges objects at any depth, replaces arrays and removes nulls', () => {
  const under = { a: { b: { c: 1, d: 2 }, list: [1, 2] }, e: 3, f: { g: 1 } };
  const over = { a: { b: { d: 4, x: null }, list: [3] }, e: null, f: 5, h: { i: null, j: 6 } };
  expect(mergeDeeply(under, over)).toEqual({
    ...{ a: { b: { c: 1, d: 4 }, list: [3] }, f: 5, h: { j: 6 } },
  });
  expect(under.a.b.d).toBe(2);
});

test('mergeDeeply() treats names of prototype properties as ordinary fields', () => {
  const over = { constructor: { prototype: { polluted: true } }, toString: { a: 1 } };
  expect(mergeDeeply({}, over as never)).toEqual(over);
  expect(Object.keys(Object.prototype)).toEqual([]);
});

test('replaceGuids() replaces each {{$guid}} with a different uuid, also within a text', () => {
  const value = { a: ['{{$guid}}', 'x-{{$guid}}-{{$guid}}'], b: { c: '{{$guid}}' }, d: '{{guid}}' };
  expect(replaceGuids(value, String)).toEqual({
    ...{ a: ['0', 'x-1-2'], b: { c: '3' }, d: '{{guid}}' },
  });
});
