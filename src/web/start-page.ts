/** `/` in development: links to the parts of the stack. */
import { escapeHtml, renderHtmlPage } from './html-page';

/** Renders the page. `temporalUiUrl`: address of the Temporal UI, if there is one. */
export function startPage(temporalUiUrl: string | undefined): string {
  const links = [
    ['/docs', 'API documents', 'every call, to be tried with the test key'],
    ['/openapi.json', 'OpenAPI document', 'the same for machines'],
    ['/sandbox', 'Sandbox messages', 'the codes of test runs as they go out'],
    ...(temporalUiUrl === undefined
      ? []
      : [[temporalUiUrl, 'Temporal UI', 'the runs and their histories']]),
  ];
  const items = links.map(
    ([href = '', name = '', about = '']) =>
      `<li><a href="${escapeHtml(href)}">${escapeHtml(name)}</a>: ${escapeHtml(about)}</li>`,
  );
  return renderHtmlPage(
    'en',
    'Cerciora',
    `<h1>Cerciora is running</h1>
<ul>
${items.join('\n')}
</ul>
<p>The terminal of <code>npm start</code> shows the test key. This page exists in development alone.</p>`,
  );
}
