import { originForm } from './request-target';

test.each([
  ['/v1/workflows?page=2', '/v1/workflows?page=2'],
  ['http://x.example/v1/workflows?page=2', '/v1/workflows?page=2'],
  ['HTTPS://ana:x@x.example:99/callbacks/twilio', '/callbacks/twilio'],
  ['http://x.example', '/'],
  ['http://x.example?page=2', '/?page=2'],
  ['http:///v1', '/v1'],
  ['http://x.example/http://y.example/', '/http://y.example/'],
  ['//x.example/v1', '//x.example/v1'],
  ['ftp://x.example/v1', 'ftp://x.example/v1'],
  ['*', '*'],
  ['', ''],
])('%s is the path %s', (target, path) => {
  expect(originForm(target)).toBe(path);
});
