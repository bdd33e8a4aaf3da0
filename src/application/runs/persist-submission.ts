/** Seals submissions, and stores those with data before the workflow decides. */
import type { Json } from '../../domain/run/events';
import { isFinalStep } from '../../domain/run/outcome';
import { ownValue } from '../../domain/run/own-value';
import type { RunRecord } from '../../store/runs/runs';
import {
  openSubmission,
  sealSubmission,
  type SealedSubmission,
} from '../../store/runs/sealed-content';
import type { SubmitMessage } from '../../workflows/messages/messages';
import { DomainError, notFound } from '../domain-error';
import type { Ports } from '../ports';
import type { PersistedSubmission } from './write-run';

/** Submissions stored in one run, accepted or not. */
const MAX_SUBMISSIONS = 300;

type PersistPorts = Pick<Ports, 'runs' | 'runKeys'>;

/** A submission whose form is valid. */
export type CheckedSubmission = SealedSubmission & { facts: Json };

interface SubmissionTarget {
  id: string;
  step_uuid: string;
}

interface Persisting {
  run: RunRecord;
  place: SubmissionTarget;
  key: Buffer;
  content: CheckedSubmission;
  /** True if an earlier attempt of the request stored it. */
  is_repeated: boolean;
}

interface SubmissionToSend extends PersistedSubmission {
  /** The run with the submission in it. */
  run: RunRecord;
  /** The part that is sent to the workflow. */
  sent: Pick<SubmitMessage, 'facts' | 'sealed'>;
}

/**
 * Stores a submission in MongoDB before the workflow receives it. A submission without data, payload and coordinates (a
 * code) is only sealed: it is sent with the update and stored with the event that accepts it.
 */
export async function persistSubmission(
  ports: PersistPorts,
  { run, place, key, content, is_repeated }: Persisting,
): Promise<SubmissionToSend> {
  const { id, step_uuid } = place;
  const parts = [content.data, content.payload, content.coordinates];
  if (is_repeated || parts.some((part) => part !== null)) {
    const stored = await storeSubmission(ports, run, place, content);
    // A repetition sends the facts of the first attempt.
    const facts = stored.submission.facts ?? content.facts;
    return { id, run: stored.run, sent: { facts }, is_stored: true };
  }
  const sealed = sealSubmission(key, { run_uuid: run._id, id }, content);
  const stored = { step_uuid, sealed, at: new Date(content.at) };
  return {
    id,
    run: { ...run, submissions: { ...run.submissions, [id]: stored } },
    sent: { facts: content.facts, sealed: sealed.toString('base64') },
    is_stored: false,
    store: async () => {
      if (!hasTooManySubmissions(run))
        await ports.runs.storeSubmission(run.view, { id, ...stored });
    },
  };
}

/**
 * Seals a submission into the run's document. Returns the updated run and the submission. Returns the first attempt's
 * submission for a repetition, because the workflow may have accepted it already.
 * @throws DomainError `rate_limited` for too many submissions, `too_large` for too many bytes in one run.
 */
export async function storeSubmission(
  { runs, runKeys }: PersistPorts,
  run: RunRecord,
  place: { id: string; step_uuid: string | null },
  submission: SealedSubmission,
): Promise<{ run: RunRecord; submission: SealedSubmission }> {
  const key = await runKeys.find(run.view);
  if (key === null) throw notFound('workflow');
  const address = { run_uuid: run._id, id: place.id };
  const first = ownValue(run.submissions, place.id);
  if (first !== undefined) return { run, submission: openSubmission(key, address, first.sealed) };
  if (hasTooManySubmissions(run)) {
    const message = 'This workflow has too many submissions. Create a new one.';
    throw new DomainError('rate_limited', message, { retry_after: 60 });
  }
  const sealed = sealSubmission(key, address, submission);
  const stored = { step_uuid: place.step_uuid, sealed, at: new Date(submission.at) };
  if (!(await runs.storeSubmission(run.view, { id: place.id, ...stored }))) {
    const message = 'This workflow has no room for so much data. Send less, or create a new one.';
    throw new DomainError('too_large', message);
  }
  const submissions = { ...run.submissions, [place.id]: stored };
  return { run: { ...run, submissions }, submission };
}

/**
 * Returns true if a run has the maximum number of submissions to unfinished steps. Submissions without a decision
 * (Temporal was unavailable) count, because the workflow may have accepted them.
 */
export function hasTooManySubmissions({ submissions, view }: RunRecord): boolean {
  const finished = new Set(
    view.steps.filter((step) => isFinalStep(step.status)).map((step) => step.uuid),
  );
  const open = Object.values(submissions).filter(({ step_uuid }) => !finished.has(step_uuid ?? ''));
  return open.length >= MAX_SUBMISSIONS;
}
