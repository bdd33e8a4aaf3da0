import { UPLOADING } from '../../openapi/errors';
import { uploaded, uploadForm } from '../../openapi/media';
import { uuidParams } from '../../fields';
import { defineRoute } from '../../server/route';
import { addMedia } from '../../media/add-media';
import { receiveUpload } from '../../media/receive-upload';
import { findSessionRun } from '../../../application/runs/find-run';

export const uploadInSession = defineRoute({
  method: 'post',
  path: '/v1/session/steps/:uuid/media',
  summary: 'Upload a file to the current step',
  auth: { kind: 'token' },
  idempotent: true,
  params: uuidParams,
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
