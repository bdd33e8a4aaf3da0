/** What a step shows of what was submitted to it. */
import type { Json } from '../domain/run/events';
import type { StepView } from '../domain/run/view';
import type { RunRecord } from '../store/runs/runs';
import { openCreation, openSubmission, type SealedSubmission } from '../store/runs/sealed-content';
import { decryptDestinations } from './open-destinations';
import { otpStateOf } from '../steps/shared/one-time-code/state';
import { presentNip } from './present-nip';
import { ownValue } from '../domain/run/own-value';

/**
 * What was submitted last; of a step that sends codes what was asked for before them, and how they fared. Null before
 * anything was submitted, and what proves it where the key was destroyed. `now`: in the run's clock, milliseconds.
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

/** The submissions to a step that the workflow took, in order. */
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

/** The run's clock, in milliseconds since the epoch. */
export function runClock({ view }: RunRecord): number {
  return Date.now() + (view.clock_offset ?? 0);
}
