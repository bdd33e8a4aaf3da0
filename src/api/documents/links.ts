/** What can be done with what was made: where its uuid goes. */
import type { Route } from '../http/route';

const RUNS = /^\/v1\/(workflows|sandbox\/runs)\/:uuid/;
const STEPS = /^\/v1\/steps\/:uuid/;

/** Where the parameter of a route is found in the answer of the one that creates; null for what is another's. */
export function linkFrom(creation: Route, { path }: Route): string | null {
  if (creation.method !== 'post' || creation.path.includes(':')) return null;
  if (creation.path === '/v1/workflows') {
    if (RUNS.test(path)) return '$response.body#/result/uuid';
    return STEPS.test(path) ? '$response.body#/result/steps/0/uuid' : null;
  }
  return path.startsWith(`${creation.path}/:uuid`) ? '$response.body#/result/uuid' : null;
}
