/** Checks the send budgets before calling the run. The worker makes the final decision. */
import type { BudgetDecision, SendRequest as SendRequest } from '../../messaging/budgets';
import { currentVerification } from '../../domain/otp/state';
import { hasNip, otpStateOf } from '../../steps/shared/one-time-code/state';
import type { Json } from '../../domain/run/events';
import type { StepView } from '../../domain/run/view';
import type { DestinationField } from '../../steps/schema-contract';
import type { RunRecord } from '../../store/runs/runs';
import { DomainError } from '../domain-error';
import type { Ports } from '../ports';
import { findDestination } from '../../presentation/open-destinations';
import { ownValue } from '../../domain/run/own-value';
import { isFields } from '../../domain/run/is-fields';

type BudgetPorts = Pick<Ports, 'budgets' | 'runKeys' | 'metrics'>;
type Refused = Extract<BudgetDecision, { kind: 'exhausted' }>;

/** Checks the budgets for a send to the step's destination. @throws DomainError `rate_limited`. */
export async function requireSendBudget(
  ports: BudgetPorts,
  run: RunRecord,
  step: StepView,
  ip: string | null,
): Promise<void> {
  const state = otpStateOf(step);
  const channel = state && currentVerification(state)?.channel;
  const key = channel === undefined ? null : await ports.runKeys.find(run.view);
  const to = key === null ? null : findDestination(run, step, key);
  if (to === null || channel === undefined) return;
  const refused = await check(ports, run, { channel, to, ip });
  if (refused !== null) throw tooMany(refused);
}

/** Destinations for codes from a submission. */
export interface SuppliedDestination {
  fields: readonly DestinationField[];
  payload: Json;
  step: StepView;
  ip: string | null;
}

/**
 * Refuses a phone or email that no code could be sent to, while the person can still enter another one.
 * @throws DomainError `submission_refused`, `rate_limited`.
 */
export async function requireDestinationBudget(
  ports: BudgetPorts,
  run: RunRecord,
  { fields, payload, step, ip }: SuppliedDestination,
): Promise<void> {
  const from = run.view.steps.findIndex(({ uuid }) => uuid === step.uuid);
  if (!run.view.steps.slice(from).some(hasNip)) return;
  for (const field of fields) {
    const to = textAt(payload, field);
    if (to === null) continue;
    const channel = field === 'email' ? 'email' : 'sms';
    const refused = await check(ports, run, { channel, to, ip });
    if (refused !== null) throw refused.retry_after === null ? closed(field) : tooMany(refused);
  }
}

async function check(
  { budgets, metrics }: BudgetPorts,
  { account_uuid, mode }: RunRecord,
  request: Pick<SendRequest, 'channel' | 'to' | 'ip'>,
): Promise<Refused | null> {
  const verdict = await budgets.checkSendRequest({ account_uuid, mode, ...request });
  if (verdict.kind === 'taken') return null;
  metrics.refused(verdict.reason, 'send');
  return verdict;
}

function textAt(payload: Json, field: string): string | null {
  if (!isFields(payload)) return null;
  const value = ownValue(payload, field);
  return typeof value === 'string' ? value : null;
}

function closed(field: DestinationField): DomainError {
  const details = [{ path: `data.${field}`, message: 'cannot be written to by this service' }];
  return new DomainError('submission_refused', 'Give another one; see details.', { details });
}

function tooMany({ retry_after }: Refused): DomainError {
  const message = 'Too many messages were asked for. Wait, or go on with the last one.';
  return new DomainError('rate_limited', message, { retry_after: retry_after ?? 3_600 });
}
