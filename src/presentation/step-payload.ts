/** Builds a step's payload from its submissions. */
import type { Json } from '../domain/run/events';
import type { StepView } from '../domain/run/view';
import type { RunRecord } from '../store/runs/runs';
import { openCreation, openSubmission, type SealedSubmission } from '../store/runs/sealed-content';
import { decryptDestinations } from './open-destinations';
import { otpStateOf } from '../steps/shared/one-time-code/state';
import { presentNip } from './present-nip';
import { ownValue } from '../domain/run/own-value';

/**
 * Returns the payload of a step: its last submission. For a step that sends codes, the input before them and their
 * state. Null before the first submission; the stored proof if the key was destroyed. `now`: time of the run's clock,
 * in milliseconds.
 */
export function stepPayload(
  run: RunRecord,
  step: StepView,
  key: Buffer | null,
  now = runClock(run),
): Json {
  const submissions = key === null ? [] : listSubmissions(run, step, key);
  const proof = ownValue(run.erasure?.proofs ?? {}, step.uuid, null);
  const state = otpStateOf(step);
  if (state === undefined) return submissions.at(-1)?.payload ?? proof;
  const asked = (submissions[0]?.payload ?? proof) as Record<string, Json> | null | undefined;
  return { ...asked, ...presentNip(step, state, decryptDestinations(run, state, key), now) };
}

/** Lists the accepted submissions to a step, in order. */
export function listSubmissions(run: RunRecord, step: StepView, key: Buffer): SealedSubmission[] {
  if (step.kept === true) {
    const { kept: all = {} } = openCreation(key, run._id, run.sealed);
    const kept = ownValue(all, step.custom_id ?? step.key);
    return kept === undefined ? [] : [kept];
  }
  return step.submission_ids.flatMap((id) => {
    const stored = ownValue(run.submissions, id);
    return stored === undefined
      ? []
      : [openSubmission(key, { run_uuid: run._id, id }, stored.sealed)];
  });
}

/** Returns the time of the run's clock, in milliseconds since the epoch. */
export function runClock({ view }: RunRecord): number {
  return Date.now() + (view.clock_offset ?? 0);
}
