/** Checks every response of the API against its document. */
import type { Route } from '../../src/api/server/route';
import { documentedErrors } from '../../src/api/openapi/responses';
import { routes } from '../../src/api/route-table';

const patterns = routes.map(
  (route) => [route, new RegExp(`^${route.path.replaceAll(/:\\w+/g, '[^/]+')}$`)] as const,
);

/** Returns the route of a call; undefined if there is none. */
function routeOf(method: string, path: string): Route | undefined {
  const { pathname } = new URL(path, 'http://localhost');
  const found = patterns.find(
    ([route, pattern]) => route.method === method.toLowerCase() && pattern.test(pathname),
  );
  return found?.[0];
}

/** @throws Error if the status, the code or the body of a response isn't documented. */
export function requireDocumented(
  { method, path }: { method: string; path: string },
  status: number,
  body: { success?: boolean; result?: unknown; error?: { code: string } },
): void {
  const route = routeOf(method, path);
  if (route === undefined) return;
  const name = `${method} ${route.path}`;
  if (body.success === true) {
    if (status !== (route.status ?? 200)) throw new Error(`${name}: ${status} is not documented`);
    const parsed = route.result.safeParse(body.result);
    if (!parsed.success) throw new Error(`${name}: ${parsed.error.message}`);
    return;
  }
  const code = body.error?.code ?? '';
  if (!(documentedErrors(route) as string[]).includes(code)) {
    throw new Error(`${name}: ${status} ${code} is not documented`);
  }
}
