import { z } from 'zod';
import { ENDINGS, isMediaType, servedCopy } from '../../../media/inspect';
import type { AddedMedia } from '../../../domain/run/events';
import type { StoredMedia } from '../../../store/media/media';
import type { Tenant } from '../../../store/runs/runs';
import type { ApiDependencies } from '../../dependencies';
import { MEDIA_TYPES } from '../../openapi/media';
import { uuidOf } from '../../fields';
import { computeEtag } from '../../server/etag';
import { defineRoute } from '../../server/route';
import { sendFile, once } from '../../server/send-file';
import { notFound } from '../../../application/domain-error';
import { inspectingLimits } from '../../../application/media/media-limits';

/** Version of served copies. Increase it when the conversion changes. */
const SERVED_AS = 2;

export const getMedia = defineRoute({
  method: 'get',
  path: '/v1/media/:uuid',
  summary: 'Download an uploaded file',
  description:
    'Sends the bytes as an attachment. A picture is a copy that stands upright and has no metadata. Ranges and `If-None-Match` are understood.',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidOf('file'),
  result: z.unknown(),
  sends: MEDIA_TYPES,
  responseHeaders: ['ETag'],
  async handle({ params, caller, deps, request }) {
    const { stored, added } = await findMedia(deps, caller.tenant, params.uuid);
    const key = await deps.runKeys.find({ ...stored, uuid: stored.run_uuid });
    if (key === null || !isMediaType(added.mime)) throw notFound('file');
    const isPicture = added.mime.startsWith('image/');
    return sendFile(request, {
      mime: added.mime,
      name: `${params.uuid}.${ENDINGS[added.mime]}`,
      etag: computeEtag(added.sha256, SERVED_AS),
      async open() {
        const content = await deps.media.read(stored, key);
        if (content === null || !isPicture) return content;
        const { account_uuid } = caller.tenant;
        return once(await servedCopy(content, { ...inspectingLimits(deps), account_uuid }));
      },
      ...(isPicture ? {} : { size: added.size }),
    });
  },
});

/** Finds a file of the caller's runs. @throws DomainError `not_found`. */
async function findMedia(
  deps: ApiDependencies,
  tenant: Tenant,
  uuid: string,
): Promise<{ stored: StoredMedia; added: AddedMedia }> {
  const stored = await deps.media.find(tenant.account_uuid, uuid);
  if (stored === null) throw notFound('file');
  const run = await deps.runs.find(tenant, stored.run_uuid);
  const all = run?.view.steps.flatMap(({ media }) => media ?? []) ?? [];
  const added = all.find((each) => each.media_uuid === uuid);
  if (added === undefined || run?.erasure !== undefined) throw notFound('file');
  return { stored, added };
}
