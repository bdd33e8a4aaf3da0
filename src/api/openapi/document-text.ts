import type { Route } from '../server/route';
import { buildOpenApi } from './openapi';

/** Renders `docs/openapi.json`, for a service at its default address. */
export function documentText(routes: readonly Route[]): string {
  return `${JSON.stringify(buildOpenApi(routes, 'http://127.0.0.1:3000'), null, 2)}\n`;
}
