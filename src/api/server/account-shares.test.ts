import { routes } from '../route-table';
import { SHARES, shareOf, type ShareName } from './account-shares';

const routesOf = (name: ShareName) =>
  routes
    .filter((route) => route.auth.kind !== 'none' && shareOf(route) === name)
    .map(({ method, path }) => `${method} ${path}`);

test('creations, messages to runs and uploads have shares of their own', () => {
  expect(routesOf('creations')).toEqual([
    'post /v1/workflows',
    'post /v1/workflows/:uuid/restart',
    'post /v1/workflow-templates/:uuid/workflows',
  ]);
  expect(routesOf('submissions')).toEqual([
    'post /v1/workflows/:uuid/start',
    'post /v1/workflows/:uuid/actions/:action',
    'post /v1/steps/:uuid/submit',
    'post /v1/steps/:uuid/resend',
    'post /v1/session/start',
    'post /v1/session/steps/:uuid/submit',
    'post /v1/session/steps/:uuid/resend',
  ]);
  const uploads = ['post /v1/steps/:uuid/media', 'post /v1/session/steps/:uuid/media'];
  expect(routesOf('uploads')).toEqual(uploads);
});

test('every paged list is a list, and every other route a read or a change', () => {
  const paged = routes.filter(({ query }) => query.safeParse({ per_page: '1' }).success);
  expect(paged.length).toBeGreaterThan(10);
  for (const route of paged) expect([route.path, shareOf(route)]).toEqual([route.path, 'lists']);
  expect(routesOf('reads')).toContain('get /v1/session');
  expect(routesOf('reads').every((name) => name.startsWith('get '))).toBe(true);
  expect(routesOf('changes').some((name) => name.startsWith('get '))).toBe(false);
});

test('a person has a part of the share of the account at most', () => {
  for (const { account, person } of [SHARES.submissions, SHARES.reads]) {
    expect(person.parallel * 4).toBeLessThanOrEqual(account.parallel);
  }
});
