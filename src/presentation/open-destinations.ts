/** Decrypts the destinations of a step's codes. */
import { currentVerification, type OtpState } from '../domain/otp/state';
import type { Channel } from '../domain/otp/policy';
import type { StepView } from '../domain/run/view';
import {
  readDestinations,
  destinationsAtCreation,
  type Destinations,
} from '../store/runs/destinations';
import { otpStateOf } from '../steps/shared/one-time-code/state';
import type { RunRecord } from '../store/runs/runs';
import { openCreation, openSubmission } from '../store/runs/sealed-content';
import { ownValue } from '../domain/run/own-value';

/** Returns both destinations; null before they are fixed and after they were erased. */
export function decryptDestinations(
  run: RunRecord,
  { destinations }: OtpState,
  key: Buffer | null,
): Destinations | null {
  const id = destinations?.submission_id ?? '';
  if (key === null) return null;
  const known = destinationsAtCreation(id, run.view, () => openCreation(key, run._id, run.sealed));
  if (known !== null) return known;
  const stored = ownValue(run.submissions, id);
  if (stored === undefined) return null;
  const { payload } = openSubmission(key, { run_uuid: run._id, id }, stored.sealed);
  return readDestinations(payload);
}

/** Returns the destination of the expected code; null if no code is expected. */
export function findDestination(run: RunRecord, step: StepView, key: Buffer): string | null {
  const state = otpStateOf(step);
  const channel = state && currentVerification(state)?.channel;
  if (state === undefined || channel === undefined) return null;
  return openedFor(decryptDestinations(run, state, key), channel);
}

function openedFor(opened: Destinations | null, channel: Channel): string | null {
  return (channel === 'email' ? opened?.email : opened?.phone) ?? null;
}
