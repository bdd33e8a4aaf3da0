import { z } from 'zod';
import { token as tokenDocument } from '../../documents/runs';
import { byUuid, redirectUrl } from '../../fields';
import { defineRoute, type Exchange, type KeyCaller, type Reply } from '../../http/route';
import { alreadyCreated } from '../../problems';
import { findRun, requireOpen } from '../../runs/find-run';
import { presentRun } from '../../../presentation/present-run';
import { expiration } from '../../../runs/timestamps';

const options = z.strictObject({ redirect_url: redirectUrl.optional() });
type Options = z.infer<typeof options>;
type Minting = Exchange<{ uuid: string }, unknown, unknown, KeyCaller>;

const shared = {
  path: '/v1/workflows/:uuid/token',
  auth: { kind: 'key' as const, scopes: ['runs:write' as const] },
  params: byUuid,
  result: tokenDocument,
  errors: ['already_finished' as const, 'expired' as const, 'already_created' as const],
};

export const getToken = defineRoute({
  ...shared,
  method: 'get',
  summary: "Mint a token and the address of the person's page",
  query: options,
  handle: (exchange) => mint(exchange, exchange.query),
});

export const postToken = defineRoute({
  ...shared,
  method: 'post',
  summary: "Mint a token and the address of the person's page",
  idempotent: true,
  body: options,
  example: { redirect_url: 'https://example.com/done' },
  handle: (exchange) => mint(exchange, exchange.body),
});

export const revokeTokens = defineRoute({
  method: 'delete',
  path: '/v1/workflows/:uuid/tokens',
  summary: 'Revoke all tokens of a workflow',
  auth: shared.auth,
  params: byUuid,
  result: z.strictObject({ revoked: z.int() }),
  async handle({ params, caller, deps }) {
    const run = await findRun(deps, caller.tenant, params.uuid);
    return { result: { revoked: await deps.tokens.revokeAll(run.view) } };
  },
});

async function mint(
  { params, caller, deps, reservation }: Minting,
  { redirect_url }: Options,
): Promise<Reply> {
  const run = await findRun(deps, caller.tenant, params.uuid);
  requireOpen(run.view);
  const of = { run_uuid: run._id, redirect_url: redirect_url ?? null };
  const minted = await deps.tokens.mint(caller.tenant, of, reservation.uuid);
  if (minted === null) throw alreadyCreated(reservation.uuid);
  const { token, link } = minted;
  return {
    secret: true,
    result: {
      token,
      token_encoded: encodeURIComponent(Buffer.from(token).toString('base64')),
      expiration: expiration(run.view.expires_at),
      execution_url: new URL(`/r/${link}`, deps.config.PUBLIC_URL).href,
      ...presentRun(run, await deps.runKeys.find(run.view)),
    },
  };
}
