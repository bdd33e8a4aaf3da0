import { z } from 'zod';
import { token as tokenDocument } from '../../openapi/runs';
import { uuidParams, redirectUrl } from '../../fields';
import { mintToken, revokeTokens as revoke } from '../../../application/runs/mint-token';
import { defineRoute } from '../../server/route';
import type { KeyCaller, RouteResult, RequestContext } from '../../server/request-context';
import { presentRun } from '../../../presentation/present-run';
import { expiration } from '../../../domain/run/timestamps';

const options = z.strictObject({ redirect_url: redirectUrl.optional() });
type Options = z.infer<typeof options>;
type Minting = RequestContext<{ uuid: string }, unknown, unknown, KeyCaller>;

const shared = {
  path: '/v1/workflows/:uuid/token',
  auth: { kind: 'key' as const, scopes: ['runs:write' as const] },
  params: uuidParams,
  result: tokenDocument,
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
  auth: shared.auth,
  params: uuidParams,
  result: z.strictObject({ revoked: z.int() }),
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
