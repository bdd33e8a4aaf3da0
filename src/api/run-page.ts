import type { RequestHandler } from 'express';
import { isFinalRun } from '../runs/outcome';
import { stepSchema } from '../steps/schemas';
import { escapeHtml, page, PAGE_HEADERS } from '../web/page';
import { textsIn } from '../web/texts';
import type { ApiDependencies } from './dependencies';

/**
 * `GET /r/{link}`: names the account and the purpose. Opening it changes nothing, whoever opens it: a person, a scanner
 * or a chat's preview.
 */
export function runPage(deps: ApiDependencies): RequestHandler<{ link: string }> {
  return async (request, response) => {
    const token = await deps.tokens.findByLink(request.params.link);
    const run =
      token === null
        ? null
        : await deps.runs.find(
            { account_uuid: token.account_uuid, mode: token.mode },
            token.run_uuid,
          );
    response.set(PAGE_HEADERS);
    if (run === null) {
      const spoken = request.acceptsLanguages('es', 'en', 'pt') || 'es';
      const { unknownTitle, unknown } = textsIn(spoken);
      const body = `<h1>${escapeHtml(unknownTitle)}</h1><p>${escapeHtml(unknown)}</p>`;
      response.status(404).send(page(spoken, unknownTitle, body));
      return;
    }
    const { language } = run.view.settings;
    const texts = textsIn(language);
    const name = (await deps.accounts.findAccount(run.account_uuid))?.name ?? '';
    const steps = run.view.steps
      .map((step) => `<li>${escapeHtml(stepSchema(step.key)?.title ?? step.key)}</li>`)
      .join('');
    const body = isFinalRun(run.view.status)
      ? `<p>${escapeHtml(texts.over)}</p>`
      : `<p>${escapeHtml(texts.lead(name))}</p><h2>${escapeHtml(texts.steps)}</h2><ol>${steps}</ol>`;
    const title = texts.title(name);
    response.send(page(language, title, `<h1>${escapeHtml(title)}</h1>${body}`));
  };
}
