import { createHash } from 'node:crypto';
import type { Request } from 'express';
import type { StepView } from '../../domain/run/view';
import type { RunRecord } from '../../store/runs/runs';
import { ApiError } from '../problems';

/** Computes an entity tag (RFC 9110, 8.8.3) from a version. */
export function computeEtag(uuid: string, version: number | string): string {
  const digest = createHash('sha256').update(`${uuid}/${version}`).digest('base64url');
  return `"${digest.slice(0, 22)}"`;
}

/** Returns the entity tag of a run. */
export function runTag({ _id, number, erasure }: RunRecord): string {
  return computeEtag(_id, erasure === undefined ? number : `${number}/erased`);
}

/** Returns the entity tag of a step. */
export function stepTag({ erasure }: RunRecord, { uuid, updated_at }: StepView): string {
  return computeEtag(uuid, erasure === undefined ? updated_at : `${updated_at}/erased`);
}

/** @throws ApiError `precondition_failed` if `If-Match` names another version. */
export function requireMatch(request: Request, etag: string): void {
  const given = request.get('if-match');
  if (given === undefined || given.trim() === '*') return;
  const tags = given.split(',').map((tag) => tag.trim());
  if (!tags.includes(etag)) throw stale();
}

export function stale(): ApiError {
  const message = 'The resource has changed. Read it again, and repeat the call with its ETag.';
  return new ApiError('precondition_failed', message);
}
