import type { Reservation } from '../../store/accounts/idempotency';
import type { RunRecord, Tenant } from '../../store/runs/runs';
import { alreadyCreated } from '../domain-error';
import type { Ports } from '../ports';
import { findRun, requireOpen } from './find-run';

interface MintedToken {
  run: RunRecord;
  key: Buffer | null;
  token: string;
  /** Last part of the address of the person's page. */
  link: string;
}

/**
 * Mints a token with which a person acts on a run.
 * @throws DomainError `already_created` for a repetition: the token is shown once. `expired`, `already_finished`.
 */
export async function mintToken(
  ports: Pick<Ports, 'runs' | 'runKeys' | 'tokens'>,
  tenant: Tenant,
  {
    run_uuid,
    redirect_url,
    reservation,
  }: { run_uuid: string; redirect_url?: string | undefined; reservation: Reservation },
): Promise<MintedToken> {
  const run = await findRun(ports, tenant, run_uuid);
  requireOpen(run.view);
  const { language } = run.view.settings;
  const of = { run_uuid: run._id, redirect_url: redirect_url ?? null, language };
  const minted = await ports.tokens.mint(tenant, of, reservation.uuid);
  if (minted === null) throw alreadyCreated(reservation.uuid);
  return { run, key: await ports.runKeys.find(run.view), token: minted.token, link: minted.link };
}

/** Revokes all tokens of a run. Returns how many. @throws DomainError `not_found`. */
export async function revokeTokens(
  ports: Pick<Ports, 'runs' | 'tokens'>,
  tenant: Tenant,
  runUuid: string,
): Promise<number> {
  const run = await findRun(ports, tenant, runUuid);
  return ports.tokens.revokeAll(run.view);
}
