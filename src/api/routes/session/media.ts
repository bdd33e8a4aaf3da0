import { UPLOADING } from '../../openapi/errors';
import { uploaded, uploadForm } from '../../openapi/media';
import { uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';
import { addMedia } from '../../media/add-media';
import { receiveUpload } from '../../media/receive-upload';
import { findSessionRun } from '../../../application/runs/find-run';

export const uploadInSession = defineRoute({
  method: 'post',
  path: '/v1/session/steps/:uuid/media',
  summary: 'Upload a file to the current step',
  description:
    'Adds a file to a collection of the current step. Its kind is told by its content; pictures, PDFs and videos that cannot be read are refused with 422 `submission_refused`. The step is submitted by a call of its own.',
  auth: { kind: 'token' },
  idempotent: true,
  params: uuidOf('step'),
  form: uploadForm,
  result: uploaded,
  status: 201,
  errors: UPLOADING,
  async receive(context) {
    return receiveUpload(context, await findSessionRun(context.deps, context.caller));
  },
  async handle(context) {
    return addMedia(context, await findSessionRun(context.deps, context.caller));
  },
});
