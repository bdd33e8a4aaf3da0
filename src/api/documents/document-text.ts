import type { Route } from '../http/route';
import { buildOpenApi } from './openapi';

/** The document as it lies in `docs/openapi.json`, of a service on its default address. */
export function documentText(routes: readonly Route[]): string {
  return `${JSON.stringify(buildOpenApi(routes, 'http://127.0.0.1:3000'), null, 2)}\n`;
}
