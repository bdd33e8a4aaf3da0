import { z } from 'zod';
import { token as tokenDocument } from '../../openapi/runs';
import { redirectUrl, uuidOf } from '../../fields';
import { mintToken, revokeTokens as revoke } from '../../../application/runs/mint-token';
import { defineRoute } from '../../server/route';
import type { KeyCaller, RouteResult, RequestContext } from '../../server/request-context';
import { presentRun } from '../../../presentation/present-run';
import { expiration } from '../../../domain/run/timestamps';
import { described, integer } from '../../openapi/described';

const options = z.strictObject({
  redirect_url: described(
    redirectUrl.optional(),
    'http or https address to which the page sends the person at the end; without credentials in it, up to 2,048 characters. By default none.',
    'https://example.com/done',
  ),
});
type Options = z.infer<typeof options>;
type Minting = RequestContext<{ uuid: string }, unknown, unknown, KeyCaller>;

const shared = {
  path: '/v1/workflows/:uuid/token',
  auth: { kind: 'key' as const, scopes: ['runs:write' as const] },
  params: uuidOf('workflow'),
  result: tokenDocument,
  description:
    'Mints a token with which the person acts on the workflow, and the address of the page. Both are shown once. Several tokens may exist at a time. 409 `already_finished` or 410 `expired` once the workflow ended.',
  errors: ['already_finished' as const, 'expired' as const, 'already_created' as const],
};

export const getToken = defineRoute({
  ...shared,
  method: 'get',
  summary: "Mint a token and the address of the person's page",
  query: options,
  handle: (context) => mint(context, context.query),
});

export const postToken = defineRoute({
  ...shared,
  method: 'post',
  summary: "Mint a token and the address of the person's page",
  idempotent: true,
  body: options,
  example: { redirect_url: 'https://example.com/done' },
  handle: (context) => mint(context, context.body),
});

export const revokeTokens = defineRoute({
  method: 'delete',
  path: '/v1/workflows/:uuid/tokens',
  summary: 'Revoke all tokens of a workflow',
  description:
    'Ends every token of the workflow, and the addresses of its page. New ones can be minted.',
  auth: shared.auth,
  params: uuidOf('workflow'),
  result: described(
    z.strictObject({ revoked: integer('Number of tokens that were revoked.', 1) }),
    'Tokens that were revoked.',
  ),
  async handle({ params, caller, deps }) {
    return { result: { revoked: await revoke(deps, caller.tenant, params.uuid) } };
  },
});

async function mint(
  { params, caller, deps, reservation }: Minting,
  { redirect_url }: Options,
): Promise<RouteResult> {
  const request = { run_uuid: params.uuid, redirect_url, reservation };
  const { run, key, token, link } = await mintToken(deps, caller.tenant, request);
  return {
    secret: true,
    result: {
      token,
      token_encoded: encodeURIComponent(Buffer.from(token).toString('base64')),
      expiration: expiration(run.view.expires_at),
      execution_url: new URL(`/r/${link}`, deps.config.PUBLIC_URL).href,
      ...presentRun(run, key),
    },
  };
}
