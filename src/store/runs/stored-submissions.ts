import type { ProjectedEvent } from '../../domain/run/projection-batch';

/** A submission as stored: its content is sealed under the run's key. */
export interface StoredSubmission {
  step_uuid: string | null;
  sealed: Buffer;
  at: Date;
}

/** Returns the submissions that were sent with events, by id. */
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

/** Returns the fields for an update under a path of the document. */
export function withPrefix(path: string, fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [`${path}.${name}`, value]),
  );
}
