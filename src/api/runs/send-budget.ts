/** Whether a message may go out, said before anything is asked of the run: what it sends is decided by its worker. */
import type { BudgetVerdict, Wish } from '../../channels/budgets';
import { currentOf } from '../../nips/state';
import { hasNip } from '../../runs/step-nip';
import type { Json } from '../../runs/events';
import type { StepView } from '../../runs/view';
import type { DestinationField } from '../../steps/schema-contract';
import type { RunRecord } from '../../store/runs';
import type { ApiDependencies } from '../dependencies';
import { ApiError } from '../problems';
import { destinationOf } from '../../presentation/open-destinations';
import { ownValue } from '../../runs/own-value';

type Deps = Pick<ApiDependencies, 'budgets' | 'runKeys' | 'metrics'>;
type Refused = Extract<BudgetVerdict, { kind: 'exhausted' }>;

/** @throws ApiError `rate_limited` where a message to the step's destination is beyond a budget. */
export async function requireSendLeft(
  deps: Deps,
  run: RunRecord,
  step: StepView,
  ip: string | null,
): Promise<void> {
  const channel = step.nip && currentOf(step.nip)?.channel;
  const key = channel === undefined ? null : await deps.runKeys.find(run._id);
  const to = key === null ? null : destinationOf(run, step, key);
  if (to === null || channel === undefined) return;
  const refused = await check(deps, run, { channel, to, ip });
  if (refused !== null) throw tooMany(refused);
}

/** What of a submission names a destination for codes. */
export interface Supplied {
  fields: readonly DestinationField[];
  payload: Json;
  step: StepView;
  ip: string | null;
}

/**
 * Refuses a phone or email that no code of the run could be sent to, while its person can still give another one.
 * @throws ApiError `submission_refused`, `rate_limited`.
 */
export async function requireReachable(
  deps: Deps,
  run: RunRecord,
  { fields, payload, step, ip }: Supplied,
): Promise<void> {
  const from = run.view.steps.findIndex(({ uuid }) => uuid === step.uuid);
  if (!run.view.steps.slice(from).some(hasNip)) return;
  for (const field of fields) {
    const to = textAt(payload, field);
    if (to === null) continue;
    const channel = field === 'email' ? 'email' : 'sms';
    const refused = await check(deps, run, { channel, to, ip });
    if (refused !== null) throw refused.retry_after === null ? closed(field) : tooMany(refused);
  }
}

async function check(
  { budgets, metrics }: Deps,
  { account_uuid, mode }: RunRecord,
  wish: Pick<Wish, 'channel' | 'to' | 'ip'>,
): Promise<Refused | null> {
  const verdict = await budgets.checkWish({ account_uuid, mode, ...wish });
  if (verdict.kind === 'taken') return null;
  metrics.refused(verdict.reason, 'send');
  return verdict;
}

function textAt(payload: Json, field: string): string | null {
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return null;
  const value = ownValue(payload, field);
  return typeof value === 'string' ? value : null;
}

function closed(field: DestinationField): ApiError {
  const details = [{ path: `data.${field}`, message: 'cannot be written to by this service' }];
  return new ApiError('submission_refused', 'Give another one; see details.', details);
}

function tooMany({ retry_after }: Refused): ApiError {
  const headers = { 'Retry-After': String(retry_after ?? 3_600) };
  const message = 'Too many messages were asked for. Wait, or go on with the last one.';
  return new ApiError('rate_limited', message, [], headers);
}
