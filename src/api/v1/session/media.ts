import { UPLOADING } from '../../documents/errors';
import { uploaded, uploadForm } from '../../documents/media';
import { byUuid } from '../../fields';
import { defineRoute } from '../../http/route';
import { receiveUpload, uploadMedia } from '../../media/upload';
import { findSessionRun } from '../../runs/find-run';

export const uploadInSession = defineRoute({
  method: 'post',
  path: '/v1/session/steps/:uuid/media',
  summary: 'Upload a file to the current step',
  auth: { kind: 'token' },
  idempotent: true,
  params: byUuid,
  form: uploadForm,
  result: uploaded,
  status: 201,
  errors: UPLOADING,
  async receive(exchange) {
    return receiveUpload(exchange, await findSessionRun(exchange.deps, exchange.caller));
  },
  async handle(exchange) {
    return uploadMedia(exchange, await findSessionRun(exchange.deps, exchange.caller));
  },
});
