import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { callsText } from '../../src/api/openapi/calls-text';
import { documentText } from '../../src/api/openapi/document-text';
import { renderStepsDocument } from '../../src/api/openapi/steps-text';
import { documentedErrors } from '../../src/api/openapi/responses';
import { HTTP_STATUS } from '../../src/api/problems';
import { routes } from '../../src/api/route-table';

const ROOT = join(__dirname, '../..');

interface Operation {
  operationId: string;
  security: Record<string, string[]>[];
  responses: Record<string, { description: string }>;
  requestBody?: { content: Record<string, { example: unknown }> };
}
type Document = { paths: Record<string, Record<string, Operation>> };

const text = documentText(routes);
const { paths } = JSON.parse(text) as Document;
const operationOf = ({ method, path }: { method: string; path: string }) =>
  paths[path.replaceAll(/:(\w+)/g, '{$1}')]?.[method];

test('docs/steps.md is up to date (npm run openapi)', () => {
  expect(readFileSync(join(ROOT, 'docs/steps.md'), 'utf8')).toBe(renderStepsDocument());
});

test('docs/api.md is up to date (npm run openapi)', () => {
  expect(readFileSync(join(ROOT, 'docs/api.md'), 'utf8')).toBe(callsText(routes));
});

describe('the OpenAPI document', () => {
  it('is up to date (npm run openapi)', () => {
    expect(readFileSync(join(ROOT, 'docs/openapi.json'), 'utf8')).toBe(text);
  });

  it('matches the generated typed client', () => {
    const args = [join(ROOT, 'scripts/write-client.js'), '--check'];
    expect(spawnSync(process.execPath, args).status).toBe(0);
  });

  it.each(routes.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'lists %s with its scopes, its example and every error',
    (_name, route) => {
      const operation = operationOf(route);
      const scopes = route.auth.kind === 'key' ? route.auth.scopes : [];
      const security = route.auth.kind === 'none' ? [] : [{ [route.auth.kind]: scopes }];
      expect(operation?.security).toEqual(security);
      for (const code of documentedErrors(route)) {
        expect(operation?.responses[HTTP_STATUS[code]]?.description.split(', ')).toContain(code);
      }
      expect(operation?.responses).toHaveProperty(String(route.status ?? 200));
      const { example } = operation?.requestBody?.content['application/json'] ?? {};
      const body = route.bodyDocument ?? route.body;
      if (body !== undefined) expect(body.safeParse(example)).toMatchObject({ success: true });
    },
  );

  it('has a unique id for each operation', () => {
    const names = routes.map((route) => operationOf(route)?.operationId);
    expect(new Set(names).size).toBe(routes.length);
  });
});
