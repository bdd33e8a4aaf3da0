/** Takes a file to a step: its bytes are stored first, then the run decides whether it takes them. */
import { answerOf, type Answer } from '../../runs/answer';
import { isFinalStep } from '../../runs/outcome';
import type { MediaRule } from '../../steps/schema-contract';
import { MediaRemoved } from '../../store/media';
import type { RunRecord } from '../../store/runs';
import { RunRefused } from '../../temporal/run-gateway';
import type { ApiDependencies } from '../dependencies';
import type { OwnBody, Reply } from '../http/route';
import { ApiError, notFound } from '../problems';
import { presentMedia } from '../../presentation/present-media';
import { requireOpen } from '../runs/find-run';
import { actorOf, presentAnswer, stepOf, verdictOf, type Writing } from '../runs/write-run';
import { openCreation } from '../../store/sealed-content';
import { mediaRulesOf } from './media-rules';
import { limitsOf, requireFit, takeSlot } from './media-limits';
import { receiveFile, refused, UPLOAD_PATIENCE } from './receive-file';
import { ownValue } from '../../runs/own-value';

type Receiving = Omit<Writing<{ uuid: string }, undefined>, 'reservation'>;
type Uploading = Writing<{ uuid: string }, Uploaded>;

/** A file whose bytes are stored and that no run knows of yet. */
export interface Uploaded {
  collection: string;
  /** Of its bytes, in the store. */
  stored: string;
  mime: string;
  size: number;
  sha256: string;
  max_files: number;
}

/** Reads the file of a request into the store. @throws ApiError, with nothing left behind. */
export async function receiveUpload(
  exchange: Receiving,
  run: RunRecord,
): Promise<OwnBody<Uploaded>> {
  const { deps, params, request } = exchange;
  const step = stepOf(run, params.uuid);
  // With a key it may be a repetition of what was taken before: its answer is looked up once it has arrived.
  if (request.get('idempotency-key') === undefined) requireTurn(run, isFinalStep(step.status));
  const key = await deps.runKeys.find(run._id);
  if (key === null) throw notFound('step');
  const rules = mediaRulesOf(step, openCreation(key, run._id, run.sealed));
  if (Object.keys(rules).length === 0) throw refusedHere('This step takes no files.');
  const { account_uuid, mode } = run.view;
  const place = { account_uuid, mode, run_uuid: run._id, step_uuid: step.uuid };
  const largest = Math.max(...Object.values(rules).map((rule) => limitsOf(rule, deps).max_bytes));
  const arrived = await takeSlot(place, () =>
    receiveFile(request, {
      limit: largest,
      fields: ['collection'],
      patience: deps.uploadPatience ?? UPLOAD_PATIENCE,
      store: (bytes) => deps.media.receive(place, key, bytes).catch(asErased),
      discard: (stored) => deps.media.discardUnnamed(stored),
    }),
  );
  const settle = () => deps.media.discardUnnamed(arrived.stored);
  try {
    const [collection, rule] = ruleFor(arrived.fields['collection'], rules);
    requireFit(arrived, rule, deps);
    const { stored, mime, size, sha256 } = arrived;
    const body = { collection, stored, mime, size, sha256, max_files: rule.max_files };
    return { body, fingerprint: { collection, size, sha256 }, settle };
  } catch (error) {
    await settle();
    throw error;
  }
}

/** Tells the run of it. Its uuid is the request's reservation, so that a repetition adds nothing. */
export async function uploadMedia(exchange: Uploading, run: RunRecord): Promise<Reply> {
  const { deps, caller, params, reservation, body } = exchange;
  const { stored, ...told } = body;
  const media_uuid = reservation.uuid;
  await deps.media.name(stored, media_uuid);
  const message = { media_uuid, step_uuid: params.uuid, actor: actorOf(caller), ...told };
  const answer = await verdictOf(deps, run, null, () =>
    deps.gateway.upload(run._id, message),
  ).catch((error: unknown) => asTaken(deps, run, media_uuid, error));
  // What isn't confirmed now is once it is swept.
  await deps.media.confirm(media_uuid).catch(() => undefined);
  const added = answer.step?.media?.find((each) => each.media_uuid === media_uuid);
  if (added === undefined) throw new Error('the run took a file and does not tell of it');
  const reply = await presentAnswer(deps, run, answer);
  return { ...reply, result: { media: presentMedia(added), ...reply.result }, status: 201 };
}

/**
 * A run that is over says so to a repetition too; its projection tells whether it had taken the file. What it refused is
 * removed; where there is no verdict the bytes stay, since they may have been taken.
 */
async function asTaken(
  deps: ApiDependencies,
  run: RunRecord,
  mediaUuid: string,
  error: unknown,
): Promise<Answer> {
  if (!(error instanceof RunRefused) && !(error instanceof ApiError)) throw error;
  const view = (await deps.runs.findById(run._id))?.view;
  const step = view?.steps.find(({ media }) =>
    media?.some((each) => each.media_uuid === mediaUuid),
  );
  if (view !== undefined && step !== undefined) return answerOf(view, step.uuid);
  await deps.media.discardNamed(mediaUuid);
  throw error;
}

/** Its run was erased while it came. */
function asErased(error: unknown): never {
  throw error instanceof MediaRemoved ? notFound('step') : error;
}

function requireTurn(run: RunRecord, isOver: boolean): void {
  requireOpen(run.view);
  if (isOver) throw new ApiError('step_not_current', 'This step is finished.');
}

function ruleFor(
  collection: string | undefined,
  rules: Record<string, MediaRule>,
): [string, MediaRule] {
  if (collection === undefined || collection === '') throw refused('collection', 'is required');
  const rule = ownValue(rules, collection);
  if (rule !== undefined) return [collection, rule];
  throw refusedHere(`must be one of ${Object.keys(rules).join(', ')}`);
}

function refusedHere(message: string): ApiError {
  const details = [{ path: 'collection', message }];
  return new ApiError('submission_refused', 'This file is not taken; see details.', details);
}
