import fc from 'fast-check';
import { cutPage, pageOf } from './pagination';
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

test('pages that are cut contain all items when their links are followed', () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 });
  fc.assert(
    fc.property(
      fc.nat({ max: 40 }),
      fc.integer({ min: 1, max: 10 }),
      sizes,
      (count, first, cuts) => {
        const items = Array.from({ length: count }, (_, index) => index);
        const seen: number[] = [];
        let asked = { page: 1, per_page: first };
        for (let round = 0; ; round += 1) {
          const from = (asked.page - 1) * asked.per_page;
          const fitting = Math.min(asked.per_page, cuts[round % cuts.length] ?? 1);
          const stored = {
            items: items.slice(from, from + fitting),
            hasMore: count > from + fitting,
          };
          const answer = cutPage(stored, asked, url);
          seen.push(...answer.data);
          if (answer.next_page_url === null) break;
          const next = new URL(answer.next_page_url).searchParams;
          asked = { page: Number(next.get('page')), per_page: Number(next.get('per_page')) };
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
