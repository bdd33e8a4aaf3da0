import type { RequestHandler } from 'express';
import { isFinalRun } from '../domain/run/outcome';
import { stepSchema } from '../steps/schemas';
import { escapeHtml, renderHtmlPage, PAGE_HEADERS } from '../web/html-page';
import { textsIn } from '../web/texts';
import { isStoreUnavailable } from '../store/connection';
import type { RunRecord } from '../store/runs/runs';
import type { ApiDependencies } from './dependencies';

/**
 * `GET /r/{link}`: shows the account and the purpose. Opening it changes nothing, because scanners and chat previews
 * open links too.
 */
export function runPage(deps: ApiDependencies): RequestHandler<{ link: string }> {
  return async (request, response) => {
    response.set(PAGE_HEADERS);
    const spoken = request.acceptsLanguages('es', 'en', 'pt') || 'es';
    const texts = textsIn(spoken);
    try {
      const run = await findByLink(deps, request.params.link);
      if (run === null) {
        response.status(404).send(notice(spoken, texts.unknownTitle, texts.unknown));
        return;
      }
      const account = await deps.accounts.findAccount(run.account_uuid);
      response.send(pageOf(run, account?.name ?? ''));
    } catch (error) {
      if (!isStoreUnavailable(error)) throw error;
      response.status(503).set('Retry-After', '5');
      response.send(notice(spoken, texts.awayTitle, texts.away));
    }
  };
}

async function findByLink(
  { tokens, runs }: ApiDependencies,
  link: string,
): Promise<RunRecord | null> {
  const token = await tokens.findByLink(link);
  return token === null ? null : runs.find(token, token.run_uuid);
}

function pageOf({ view }: RunRecord, account: string): string {
  const { language } = view.settings;
  const texts = textsIn(language);
  const title = texts.title(account);
  if (isFinalRun(view.status)) return notice(language, title, texts.over);
  const steps = view.steps
    .map((step) => `<li>${escapeHtml(stepSchema(step.key)?.title ?? step.key)}</li>`)
    .join('');
  const lead = `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(texts.lead(account))}</p>`;
  return renderHtmlPage(
    language,
    title,
    `${lead}<h2>${escapeHtml(texts.steps)}</h2><ol>${steps}</ol>`,
  );
}

/** Renders a page with one message. */
function notice(language: string, title: string, text: string): string {
  return renderHtmlPage(language, title, `<h1>${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p>`);
}
