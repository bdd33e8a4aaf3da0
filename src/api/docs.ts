/** Serves the API's documents: `/openapi.json`, and `/docs` without external resources. */
import { dirname, join } from 'node:path';
import type { Express } from 'express';
import { renderHtmlPage } from '../web/html-page';
import type { ApiDependencies } from './dependencies';
import { buildOpenApi } from './openapi/openapi';
import type { Route } from './server/route';

const UI = dirname(require.resolve('swagger-ui-dist/package.json'));
const FILES = ['swagger-ui.css', 'swagger-ui-bundle.js'];

/** Configured without a validator badge, fonts and telemetry from outside. */
const SCRIPT = `SwaggerUIBundle({
  url: '/openapi.json',
  dom_id: '#ui',
  deepLinking: true,
  validatorUrl: null,
  persistAuthorization: false,
});
`;

/** Allows inline styles, which Swagger UI needs, and scripts from this origin only. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; " +
  "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

export function serveDocs(app: Express, { config }: ApiDependencies, routes: readonly Route[]) {
  let text: string | undefined;
  app.get('/openapi.json', (_request, response) => {
    text ??= JSON.stringify(buildOpenApi(routes, config.PUBLIC_URL));
    response.set('Cache-Control', 'no-cache').type('json').send(text);
  });
  app.get('/docs', (_request, response) => {
    response.set({ 'Content-Security-Policy': POLICY, 'Cache-Control': 'no-cache' });
    response.type('html').send(DOCS);
  });
  app.get('/docs/start.js', (_request, response) => {
    response.type('js').send(SCRIPT);
  });
  for (const file of FILES) {
    app.get(`/docs/${file}`, (_request, response) => {
      response.set('Cache-Control', 'public, max-age=86400').sendFile(join(UI, file));
    });
  }
}

const DOCS = renderHtmlPage('en', 'Cerciora API', '<div id="ui"></div>')
  .replace(/<style>.*<\/style>/s, '<link rel="stylesheet" href="/docs/swagger-ui.css">')
  .replace(
    '</body>',
    '<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body>',
  );

/** Paths outside the routes that only allow GET. */
export const DOC_PATHS = [
  '/openapi.json',
  '/docs',
  '/docs/start.js',
  ...FILES.map((file) => `/docs/${file}`),
];
