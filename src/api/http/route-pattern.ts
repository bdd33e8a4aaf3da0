import type { Request } from 'express';

/** Returns the pattern of the route that served a request: its address may hold a secret. */
export function routePattern(request: Request): string {
  return (request.route as { path?: string } | undefined)?.path ?? 'unknown';
}
