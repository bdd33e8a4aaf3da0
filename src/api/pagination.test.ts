import fc from 'fast-check';
import { pageOf } from './pagination';
import { expiration, timestamp } from '../domain/run/timestamps';

const url = new URL('https://api.example/v1/things?status=open');

test('pages contain all items in order and are linked by next_page_url', () => {
  fc.assert(
    fc.property(
      fc.array(fc.nat(), { maxLength: 40 }),
      fc.integer({ min: 1, max: 10 }),
      (items, per_page) => {
        const seen: number[] = [];
        for (let page = 1; ; page += 1) {
          const from = (page - 1) * per_page;
          const answer = pageOf(items.slice(from, from + per_page + 1), { page, per_page }, url);
          seen.push(...answer.data);
          expect(answer.prev_page_url === null).toBe(page === 1);
          if (answer.next_page_url === null) break;
          expect(new URL(answer.next_page_url).searchParams.get('page')).toBe(String(page + 1));
          expect(new URL(answer.next_page_url).searchParams.get('status')).toBe('open');
        }
        expect(seen).toEqual(items);
      },
    ),
  );
});

test('an empty page has null for from and to', () => {
  expect(pageOf([], { page: 3, per_page: 5 }, url)).toMatchObject({
    data: [],
    from: null,
    to: null,
  });
});

test('timestamp() has microseconds and expiration() has seconds', () => {
  const at = Date.UTC(2022, 3, 12, 22, 10, 12, 345);
  expect(timestamp(at)).toBe('2022-04-12T22:10:12.345000Z');
  expect(expiration(at)).toBe('2022-04-12 22:10:12');
  expect(expiration(null)).toBeNull();
});
