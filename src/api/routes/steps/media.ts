import { z } from 'zod';
import { presentMedia } from '../../../presentation/present-media';
import { UPLOADING } from '../../openapi/errors';
import { described } from '../../openapi/described';
import { media, uploaded, uploadForm } from '../../openapi/media';
import { paging, uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';
import { addMedia } from '../../media/add-media';
import { receiveUpload } from '../../media/receive-upload';
import { findRunOfStep, stepOf } from '../../../application/runs/find-run';

export const uploadToStep = defineRoute({
  method: 'post',
  path: '/v1/steps/:uuid/media',
  summary: "Upload a file to a step on the person's behalf",
  description:
    'Adds a file to a collection of the current step. Its kind is told by its content; pictures, PDFs and videos that cannot be read are refused with 422 `submission_refused`. The step is submitted by a call of its own.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  idempotent: true,
  params: uuidOf('step'),
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
  summary: 'List the files of a step, newest first',
  description: 'Lists what was uploaded to the step. The bytes are at `GET /v1/media/{uuid}`.',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidOf('step'),
  query: paging(20),
  result: described(z.array(media), 'Files of the page.'),
  async handle({ params, query, caller, deps }) {
    const run = await findRunOfStep(deps, caller.tenant, params.uuid);
    const newestFirst = [...(stepOf(run, params.uuid).media ?? [])].sort(
      (a, b) => b.at - a.at || (a.media_uuid < b.media_uuid ? 1 : -1),
    );
    const start = (query.page - 1) * query.per_page;
    return { result: newestFirst.slice(start, start + query.per_page).map(presentMedia) };
  },
});
