import type { ProjectedEvent } from '../../domain/run/projection-batch';

/** A submission as stored: its content is sealed under the run's key. */
export interface StoredSubmission {
  step_uuid: string | null;
  sealed: Buffer;
  at: Date;
}

/** The submissions that came along with their events, by their ids. */
export function listStoredSubmissions(
  items: readonly ProjectedEvent[],
): Record<string, StoredSubmission> {
  const found = items.flatMap(({ event, sealed }) => {
    if (event.type !== 'submission_accepted' || sealed === undefined) return [];
    const { step_uuid, at } = event;
    const stored = { step_uuid, sealed: Buffer.from(sealed, 'base64'), at: new Date(at) };
    return [[event.data.submission_id, stored] as const];
  });
  return Object.fromEntries(found);
}

/** Fields of a document under a path of it, for an update. */
export function withPrefix(path: string, fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [`${path}.${name}`, value]),
  );
}
