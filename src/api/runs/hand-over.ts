import type { Json } from '../../runs/events';
import type { RunRecord } from '../../store/runs/runs';
import { sealSubmission, type SealedSubmission } from '../../store/runs/sealed-content';
import type { SubmitMessage } from '../../workflows/messages';
import type { ApiDependencies } from '../dependencies';
import { isFull, keepSubmission } from './write-run';

/** A submission whose form was found to be in order. */
export type ReadSubmission = SealedSubmission & { facts: Json };

interface Handing {
  run: RunRecord;
  place: { id: string; step_uuid: string };
  key: Buffer;
  content: ReadSubmission;
  is_repeated: boolean;
}

interface HandedOver {
  /** The run with the submission in it. */
  run: RunRecord;
  /** What the workflow is told of it. */
  said: Pick<SubmitMessage, 'facts' | 'sealed'>;
  /** Whether MongoDB has it, before the workflow's verdict. */
  is_kept: boolean;
  /** Call where there is no verdict: a repetition must tell what this try told. */
  keep(): Promise<void>;
}

/**
 * Seals a submission where the workflow's verdict finds it. A code leaves nothing but who typed it: that goes along with
 * it, and is kept with the event that it was right. All else lies in MongoDB before the workflow hears of it.
 */
export async function handOver(deps: ApiDependencies, handing: Handing): Promise<HandedOver> {
  const { content, is_repeated } = handing;
  const says = [content.data, content.payload, content.coordinates];
  return is_repeated || says.some((part) => part !== null)
    ? keepFirst(deps, handing)
    : sendAlong(deps, handing);
}

/** Of a repetition the workflow hears what came first. */
async function keepFirst(
  deps: ApiDependencies,
  { run, place, content }: Handing,
): Promise<HandedOver> {
  const kept = await keepSubmission(deps, run, place, content);
  const facts = kept.submission.facts ?? content.facts;
  return { run: kept.run, said: { facts }, is_kept: true, keep: () => Promise.resolve() };
}

function sendAlong(deps: ApiDependencies, { run, place, key, content }: Handing): HandedOver {
  const { id, step_uuid } = place;
  const sealed = sealSubmission(key, { run_uuid: run._id, id }, content);
  const stored = { step_uuid, sealed, at: new Date(content.at) };
  return {
    run: { ...run, submissions: { ...run.submissions, [id]: stored } },
    said: { facts: content.facts, sealed: sealed.toString('base64') },
    is_kept: false,
    keep: async () => {
      if (!isFull(run)) await deps.runs.keepSubmission(run.view, { id, ...stored });
    },
  };
}
