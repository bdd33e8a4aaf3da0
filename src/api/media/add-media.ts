import type { UploadedFile } from '../../application/media/prepare-upload';
import { uploadMedia } from '../../application/media/upload-media';
import { presentMedia } from '../../presentation/present-media';
import type { RunRecord } from '../../store/runs/runs';
import { answerReply } from '../answer-reply';
import type {
  KeyCaller,
  RouteResult,
  RequestContext,
  TokenCaller,
} from '../server/request-context';

type Adding = RequestContext<{ uuid: string }, unknown, UploadedFile, KeyCaller | TokenCaller>;

/** Adds the file of a request to its step. */
export async function addMedia(
  { deps, caller, params, reservation, body: file }: Adding,
  run: RunRecord,
): Promise<RouteResult> {
  const upload = { caller, run, step_uuid: params.uuid, reservation, file };
  const { added, ...answered } = await uploadMedia(deps, upload);
  const { result, run_uuid } = answerReply(answered);
  return { result: { media: presentMedia(added), ...result }, run_uuid, status: 201 };
}
