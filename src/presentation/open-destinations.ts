/** Where the codes of a step go, in clear. */
import { currentOf, type LadderState } from '../nips/state';
import type { Channel } from '../nips/policy';
import type { StepView } from '../runs/view';
import { destinationsIn, knownAtCreation, type Destinations } from '../store/runs/destinations';
import { otpStateOf } from '../steps/shared/one-time-code/state';
import type { RunRecord } from '../store/runs/runs';
import { openCreation, openSubmission } from '../store/runs/sealed-content';
import { ownValue } from '../runs/own-value';

/** Both destinations; null before they are fixed, and where they were erased. */
export function openDestinations(
  run: RunRecord,
  { destinations }: LadderState,
  key: Buffer | null,
): Destinations | null {
  const id = destinations?.submission_id ?? '';
  if (key === null) return null;
  const known = knownAtCreation(id, run.view, () => openCreation(key, run._id, run.sealed));
  if (known !== null) return known;
  const stored = ownValue(run.submissions, id);
  if (stored === undefined) return null;
  const { payload } = openSubmission(key, { run_uuid: run._id, id }, stored.sealed);
  return destinationsIn(payload);
}

/** Where the code that is awaited went; null where none is. */
export function destinationOf(run: RunRecord, step: StepView, key: Buffer): string | null {
  const state = otpStateOf(step);
  const channel = state && currentOf(state)?.channel;
  if (state === undefined || channel === undefined) return null;
  return openedFor(openDestinations(run, state, key), channel);
}

function openedFor(opened: Destinations | null, channel: Channel): string | null {
  return (channel === 'email' ? opened?.email : opened?.phone) ?? null;
}
