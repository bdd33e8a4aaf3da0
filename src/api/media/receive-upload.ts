import { prepareUpload, type UploadedFile } from '../../application/media/prepare-upload';
import type { RunRecord } from '../../store/runs/runs';
import type {
  KeyCaller,
  ParsedContext,
  ReceivedBody,
  TokenCaller,
} from '../server/request-context';
import { receiveFile, UPLOAD_TIMEOUTS } from './receive-file';

type Receiving = ParsedContext<{ uuid: string }, unknown, undefined, KeyCaller | TokenCaller>;

/** Stores the file of a request. Leaves nothing behind on an error. @throws ApiError, DomainError. */
export async function receiveUpload(
  { deps, params, request }: Receiving,
  run: RunRecord,
): Promise<ReceivedBody<UploadedFile>> {
  const file = await prepareUpload(deps, {
    run,
    step_uuid: params.uuid,
    mayBeRepeated: request.get('idempotency-key') !== undefined,
    async receive(target) {
      const patience = deps.uploadPatience ?? UPLOAD_TIMEOUTS;
      const arrived = await receiveFile(request, { ...target, fields: ['collection'], patience });
      return { file: arrived.file, collection: arrived.fields['collection'] };
    },
  });
  const { collection, size, sha256 } = file;
  return {
    body: file,
    fingerprint: { collection, size, sha256 },
    release: () => deps.media.removeUnnamed(run.view, file.stored),
  };
}
