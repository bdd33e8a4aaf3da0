/** Documents links from a creation to the routes that use its uuid. */
import type { Route } from '../server/route';

const RUNS = /^\/v1\/(workflows|sandbox\/runs)\/:uuid/;
const STEPS = /^\/v1\/steps\/:uuid/;

/** Returns the place of a route's parameter in the response of a creation; null if it belongs to another resource. */
export function linkFrom(creation: Route, { path }: Route): string | null {
  if (creation.method !== 'post' || creation.path.includes(':')) return null;
  if (creation.path === '/v1/workflows') {
    if (RUNS.test(path)) return '$response.body#/result/uuid';
    return STEPS.test(path) ? '$response.body#/result/steps/0/uuid' : null;
  }
  return path.startsWith(`${creation.path}/:uuid`) ? '$response.body#/result/uuid' : null;
}
