import type { AddedMedia } from '../domain/run/events';
import { timestamp } from '../domain/run/timestamps';

/** A file as the Workflows API shows it. */
export function presentMedia({
  collection,
  at,
  mime,
  media_uuid,
  size,
}: AddedMedia & { at: number }) {
  return { collection, created_at: timestamp(at), mime, uuid: media_uuid, size };
}
