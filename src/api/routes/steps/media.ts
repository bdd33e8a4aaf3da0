import { z } from 'zod';
import { presentMedia } from '../../../presentation/present-media';
import { UPLOADING } from '../../openapi/errors';
import { media, uploaded, uploadForm } from '../../openapi/media';
import { uuidParams, paging } from '../../fields';
import { defineRoute } from '../../server/route';
import { addMedia } from '../../media/add-media';
import { receiveUpload } from '../../media/receive-upload';
import { findRunOfStep, stepOf } from '../../../application/runs/find-run';

export const uploadToStep = defineRoute({
  method: 'post',
  path: '/v1/steps/:uuid/media',
  summary: "Upload a file to a step on the person's behalf",
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: uuidParams,
  form: uploadForm,
  result: uploaded,
  status: 201,
  errors: UPLOADING,
  async receive(context) {
    const { deps, caller, params } = context;
    return receiveUpload(context, await findRunOfStep(deps, caller.tenant, params.uuid));
  },
  async handle(context) {
    const { deps, caller, params } = context;
    return addMedia(context, await findRunOfStep(deps, caller.tenant, params.uuid));
  },
});

export const listMediaOfStep = defineRoute({
  method: 'get',
  path: '/v1/steps/:uuid/media',
  summary: 'List what was uploaded to a step, newest first',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidParams,
  query: paging(20),
  result: z.array(media),
  async handle({ params, query, caller, deps }) {
    const run = await findRunOfStep(deps, caller.tenant, params.uuid);
    const newestFirst = [...(stepOf(run, params.uuid).media ?? [])].sort(
      (a, b) => b.at - a.at || (a.media_uuid < b.media_uuid ? 1 : -1),
    );
    const start = (query.page - 1) * query.per_page;
    return { result: newestFirst.slice(start, start + query.per_page).map(presentMedia) };
  },
});
