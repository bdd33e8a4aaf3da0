import type { AddedMedia } from '../domain/run/events';
import { timestamp } from '../domain/run/timestamps';

/** Presents a file in the format of the Workflows API. */
export function presentMedia({
  collection,
  at,
  mime,
  media_uuid,
  size,
}: AddedMedia & { at: number }) {
  return { collection, created_at: timestamp(at), mime, uuid: media_uuid, size };
}
