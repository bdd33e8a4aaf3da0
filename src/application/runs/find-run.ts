/** Loads the caller's runs and checks which operations they allow. */
import type { RunRecord, Tenant } from '../../store/runs/runs';
import type { RunToken } from '../../store/runs/tokens';
import type { RunView, StepView } from '../../domain/run/view';
import { isFinalRun, isFinalStep } from '../../domain/run/outcome';
import { DomainError, notFound } from '../domain-error';
import type { Ports } from '../ports';

/** Time after its end during which a run can be read with its token, in milliseconds. */
const READABLE_AFTER_END_MS = 24 * 60 * 60_000;

type RunPorts = Pick<Ports, 'runs'>;

/** Finds the caller's run. @throws DomainError `not_found`, also for another account's or mode's. */
export async function findRun(
  { runs }: RunPorts,
  tenant: Tenant,
  uuid: string,
): Promise<RunRecord> {
  const run = await runs.find(tenant, uuid);
  if (run === null) throw notFound('workflow');
  return run;
}

/** Finds the caller's run that a step belongs to. @throws DomainError `not_found`. */
export async function findRunOfStep(
  { runs }: RunPorts,
  tenant: Tenant,
  stepUuid: string,
): Promise<RunRecord> {
  const run = await runs.findByStep(tenant, stepUuid);
  if (run === null) throw notFound('step');
  return run;
}

/** Finds the run that a token opens. @throws DomainError `unauthenticated` from 24 h after the run's end on. */
export async function findSessionRun(
  { runs }: RunPorts,
  { token, tenant }: { token: RunToken; tenant: Tenant },
  now = Date.now(),
): Promise<RunRecord> {
  const run = await runs.find(tenant, token.run_uuid);
  const finishedAt = run?.view.finished_at ?? null;
  const isOver = finishedAt !== null && now > finishedAt + READABLE_AFTER_END_MS;
  if (run === null || isOver) {
    throw new DomainError('unauthenticated', 'This token is no longer valid.');
  }
  return run;
}

/** Finds a step of a run by its uuid. @throws DomainError `not_found`. */
export function stepOf(run: RunRecord, uuid: string): StepView {
  const step = run.view.steps.find((each) => each.uuid === uuid);
  if (step === undefined) throw notFound('step');
  return step;
}

/**
 * Checks that a run is open. The run itself decides if a deadline has passed: by its clock, and with messages that
 * arrived in time.
 * @throws DomainError `expired` or `already_finished`.
 */
export function requireOpen(view: RunView): void {
  if (view.status === 'expired') {
    throw new DomainError('expired', 'The workflow has expired. Create a new one.');
  }
  if (isFinalRun(view.status)) {
    throw new DomainError('already_finished', 'The workflow is finished.');
  }
}

/** Checks that a step is open. @throws DomainError as `requireOpen`, or `step_not_current`. */
export function requireOpenStep({ view }: RunRecord, { status }: StepView): void {
  requireOpen(view);
  if (isFinalStep(status)) throw new DomainError('step_not_current', 'This step is finished.');
}
