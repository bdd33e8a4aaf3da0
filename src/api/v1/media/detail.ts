import { z } from 'zod';
import { FilesBusy } from '../../../media/file-pool';
import { ENDINGS, isMediaType, servedCopy } from '../../../media/inspect';
import type { AddedMedia } from '../../../runs/events';
import type { StoredMedia } from '../../../store/media';
import type { Tenant } from '../../../store/runs';
import type { ApiDependencies } from '../../dependencies';
import { MEDIA_TYPES } from '../../documents/media';
import { byUuid } from '../../fields';
import { etagOf } from '../../http/etag';
import { defineRoute } from '../../http/route';
import { fileReply, once } from '../../http/send-file';
import { inspectingLimits } from '../../media/media-limits';
import { filesBusy } from '../../media/upload-errors';
import { notFound } from '../../problems';

/** Changes when another copy of the same file would be served. */
const SERVED_AS = 2;

export const getMedia = defineRoute({
  method: 'get',
  path: '/v1/media/:uuid',
  summary:
    'The bytes of an uploaded file, as an attachment; a picture upright and without metadata',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: byUuid,
  result: z.unknown(),
  sends: MEDIA_TYPES,
  tells: ['ETag'],
  async handle({ params, caller, deps, request }) {
    const { stored, added } = await findMedia(deps, caller.tenant, params.uuid);
    const key = await deps.runKeys.find(stored.run_uuid);
    if (key === null || !isMediaType(added.mime)) throw notFound('file');
    const isPicture = added.mime.startsWith('image/');
    return fileReply(request, {
      mime: added.mime,
      name: `${params.uuid}.${ENDINGS[added.mime]}`,
      etag: etagOf(added.sha256, SERVED_AS),
      async open() {
        const content = await deps.media.read(stored, key);
        if (content === null || !isPicture) return content;
        return once(await copyOf(content, deps, caller.tenant.account_uuid));
      },
      ...(isPicture ? {} : { size: added.size }),
    });
  },
});

/** @throws ApiError `rate_limited` where too many pictures are being read. */
async function copyOf(content: AsyncIterable<Buffer>, deps: ApiDependencies, account_uuid: string) {
  try {
    return await servedCopy(content, { ...inspectingLimits(deps), account_uuid });
  } catch (error) {
    throw error instanceof FilesBusy ? filesBusy() : error;
  }
}

/** A file that a run of the caller's took. @throws ApiError `not_found`. */
async function findMedia(
  deps: ApiDependencies,
  tenant: Tenant,
  uuid: string,
): Promise<{ stored: StoredMedia; added: AddedMedia }> {
  const stored = await deps.media.find(uuid);
  if (stored === null) throw notFound('file');
  const run = await deps.runs.find(tenant, stored.run_uuid);
  const all = run?.view.steps.flatMap(({ media }) => media ?? []) ?? [];
  const added = all.find((each) => each.media_uuid === uuid);
  if (added === undefined || run?.erasure !== undefined) throw notFound('file');
  return { stored, added };
}
