import type { Request } from 'express';

/** Returns the pattern of the matched route: the address may contain a secret. */
export function routePattern(request: Request): string {
  return (request.route as { path?: string } | undefined)?.path ?? 'unknown';
}
