/** What holds for every file, whatever its step says. */
import type { Config } from '../../config';
import type { MediaRule, MediaType } from '../../steps/schema-contract';
import type { MediaPlace } from '../../store/media';
import type { ApiDependencies } from '../dependencies';
import { ApiError, type ProblemDetail } from '../problems';
import type { ArrivedFile } from './receive-file';

export type MediaLimits = Pick<Config, 'MEDIA_MAX_BYTES' | 'MEDIA_MAX_PIXELS' | 'MEDIA_MAX_PAGES'>;

/** Uploads that one process takes at a time: each may hold a PDF, or what goes to a bucket, in memory. */
const MAX_UNDER_WAY = 32;
/** One account leaves room for the others, however many runs it has. */
const MAX_UNDER_WAY_PER_ACCOUNT = 8;
const MAX_UNDER_WAY_PER_RUN = 3;

/** Whose an upload is. */
export type Uploader = Pick<MediaPlace, 'account_uuid' | 'run_uuid'>;

const underWay = new Set<Uploader>();

/** @throws ApiError `rate_limited` where too many are at it. */
export async function takeSlot<Result>(
  { account_uuid, run_uuid }: Uploader,
  upload: () => Promise<Result>,
): Promise<Result> {
  const ofAccount = [...underWay].filter((each) => each.account_uuid === account_uuid);
  const ofRun = ofAccount.filter((each) => each.run_uuid === run_uuid);
  if (
    underWay.size >= MAX_UNDER_WAY ||
    ofAccount.length >= MAX_UNDER_WAY_PER_ACCOUNT ||
    ofRun.length >= MAX_UNDER_WAY_PER_RUN
  ) {
    const message = 'Too many files are under way. Try again in a moment.';
    throw new ApiError('rate_limited', message, [], { 'Retry-After': '2' });
  }
  const slot = { account_uuid, run_uuid };
  underWay.add(slot);
  try {
    return await upload();
  } finally {
    underWay.delete(slot);
  }
}

/** A rule with what always holds. */
export function limitsOf(rule: MediaRule, { config }: Pick<ApiDependencies, 'config'>) {
  return {
    max_bytes: Math.min(rule.max_bytes ?? Infinity, config.MEDIA_MAX_BYTES),
    max_pages: Math.min(rule.max_pages ?? Infinity, config.MEDIA_MAX_PAGES),
    max_pixels: config.MEDIA_MAX_PIXELS,
  };
}

/** Limits of the installation, which hold before the collection of a file is known. */
export function inspectingLimits({ config }: Pick<ApiDependencies, 'config'>) {
  return { max_pixels: config.MEDIA_MAX_PIXELS, max_pages: config.MEDIA_MAX_PAGES };
}

/** An iPhone records QuickTime, which is MP4's elder form: whoever accepts MP4 accepts it. */
function accepts({ types }: MediaRule, mime: MediaType): boolean {
  return types.includes(mime) || (mime === 'video/quicktime' && types.includes('video/mp4'));
}

/** @throws ApiError `submission_refused` or `too_large` where a file isn't what its collection takes. */
export function requireFit(
  { mime, size, pages = 0 }: ArrivedFile,
  rule: MediaRule,
  deps: Pick<ApiDependencies, 'config'>,
): void {
  const { max_bytes, max_pages } = limitsOf(rule, deps);
  if (size > max_bytes) {
    throw new ApiError('too_large', `The file is larger than ${max_bytes} bytes.`);
  }
  const faults: ProblemDetail[] = [];
  const fault = (message: string) => faults.push({ path: 'file', message });
  if (!accepts(rule, mime)) fault(`must be one of ${rule.types.join(', ')}, and is ${mime}`);
  if (pages > max_pages) fault(`has more than ${max_pages} pages`);
  if (faults.length === 0) return;
  throw new ApiError('submission_refused', 'This file is not taken; see details.', faults);
}
