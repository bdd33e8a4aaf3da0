/** Builds a person from the runs that belong to them. */
import type { StepView } from '../../domain/run/view';
import { stepSchema } from '../../steps/schemas';
import { encodeCursor } from '../../store/runs/run-search';
import type { StoredPage } from '../../store/read-page';
import type { RunRecord, Tenant } from '../../store/runs/runs';
import { notFound } from '../domain-error';
import type { Ports } from '../ports';
import { timestamp } from '../../domain/run/timestamps';

/** Runs read per query. */
const PAGE = 100;

/** The newest face that a run enrolled. */
interface EnrolledFace {
  media_uuid: string;
  workflow_uuid: string;
  step_uuid: string;
  enrolled_at: string;
}

export interface Person {
  uuid: string;
  enrolled_face: EnrolledFace | null;
  last_workflow_uuid: string;
  last_workflow_at: string;
}

/** Returns the stored data of a person. @throws DomainError `not_found` if no run belongs to them. */
export async function findPerson(
  ports: Pick<Ports, 'runs' | 'people'>,
  tenant: Tenant,
  uuid: string,
): Promise<Person> {
  const forgottenAt = (await ports.people.forgottenAt(tenant, uuid))?.getTime() ?? 0;
  let last: RunRecord | undefined;
  let enrolled_face: EnrolledFace | null = null;
  for await (const run of runsOf(ports, tenant, uuid)) {
    last ??= run;
    enrolled_face = faceOf(run, forgottenAt);
    if (enrolled_face !== null) break;
  }
  if (last === undefined) throw notFound('person');
  return {
    uuid,
    enrolled_face,
    last_workflow_uuid: last._id,
    last_workflow_at: timestamp(last.view.created_at),
  };
}

async function* runsOf({ runs }: Pick<Ports, 'runs'>, tenant: Tenant, people_uuid: string) {
  for (let after: string | null = null; ;) {
    const { items, hasMore }: StoredPage<RunRecord> = await runs.list(
      tenant,
      { people_uuid },
      { after, skip: 0, limit: PAGE },
    );
    yield* items;
    const last = items.at(-1);
    if (last === undefined || !hasMore) return;
    after = encodeCursor(last.view.created_at, last._id);
  }
}

/** Returns the face that a run enrolled after a time, in milliseconds; null if there is none or it was erased. */
function faceOf({ _id, view, erasure }: RunRecord, forgottenAt: number): EnrolledFace | null {
  if (erasure !== undefined) return null;
  const faces = view.steps.flatMap((step) => {
    const finishedAt = step.finished_at ?? 0;
    const shown = shownIn(step);
    if (shown === undefined || step.status !== 'success' || finishedAt <= forgottenAt) return [];
    const { media_uuid } = shown;
    const enrolled_at = timestamp(finishedAt);
    return [{ media_uuid, workflow_uuid: _id, step_uuid: step.uuid, enrolled_at }];
  });
  return faces.at(-1) ?? null;
}

function shownIn({ key, media = [] }: StepView) {
  const collection = stepSchema(key)?.enrols_face;
  return media.filter((each) => each.collection === collection).at(-1);
}
