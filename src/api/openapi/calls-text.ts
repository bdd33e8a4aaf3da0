/** Renders `docs/api.md`: every call of the API with its scope, from the routes. */
import type { Route } from '../server/route';
import { TAGS } from './openapi';

const HEAD = `# API

Every call, by what it is for. \`GET /docs\` shows them with their fields and examples, \`GET /openapi.json\` (stored as
[openapi.json](openapi.json)) is the same for machines; [steps.md](steps.md) shows what each step is set up with and
what is submitted to it. Written by \`npm run openapi\`.

- \`Authorization: Bearer <id>|<secret>\` for backends: quote it in a shell, because of the \`|\`. The person's calls
  (\`/v1/session\`) are made with the token of a run.
- Public clients of the Workflows API may send the key as \`Rem-Apikey: <id>|<secret>\` and leave out \`/v1\`
  (\`GET /workflows/{uuid}/create-token\` mints a token). There an unopened workflow is \`pristine\`,
  \`error.details.error_id\` is an integer, and a minted token has \`public_url\` and \`workflow\` beside its own fields.
- Success is \`{"success": true, "result": …}\`, failure
  \`{"success": false, "error": {"code", "message", "details": [{"path", "message"}], "request_id"}}\`.
- Send an \`Idempotency-Key\` with every POST. After a 503 or a lost connection repeat the request with the same key: it
  gets the same answer and costs no further try.
- 429 \`rate_limited\` says that the account has too many requests in progress, or a key too many a second: repeat
  the request after \`Retry-After\`. The [runbook](runbook.md#shares-of-an-account) has the numbers.
- A run (the API calls it a workflow) is \`pending\`, \`in_progress\`, \`abandoned\` or \`in_review\`, and ends as \`success\`,
  \`failed\`, \`rejected\`, \`expired\` or \`cancelled\`. \`waiting_for\`, \`deadline_at\` and \`on_deadline\` say what happens next.
`;

/** Renders `docs/api.md`. */
export function callsText(routes: readonly Route[]): string {
  const sections = TAGS.map(([name, , description]) => {
    const own = routes.filter((route) => tagOf(route) === name);
    const rows = own.map(rowOf).join('\n');
    return `## ${name}\n\n${description}\n\n| call | what it does | scope |\n| --- | --- | --- |\n${rows}\n`;
  });
  return [HEAD, ...sections].join('\n');
}

function tagOf({ path }: Route): string | undefined {
  return TAGS.find(([, prefix]) => prefix.test(path))?.[0];
}

function rowOf({ method, path, summary, description, auth }: Route): string {
  const call = `${method.toUpperCase()} ${path.replaceAll(/:(\w+)/g, '{$1}')}`;
  const scopes = auth.kind === 'key' ? auth.scopes.map((scope) => `\`${scope}\``).join(' or ') : '';
  const who = { key: scopes, token: "the run's token", none: 'none' }[auth.kind];
  const text = `**${summary}.** ${description}`.replaceAll('|', '\\|');
  return `| \`${call}\` | ${text} | ${who} |`;
}
