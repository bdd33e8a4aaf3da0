/** Limits that apply to every file, beside those of its step. */
import { concurrencyLimit } from '../../platform/concurrency-limit';
import type { Config } from '../../platform/config';
import type { Inspecting } from '../../media/inspect';
import type { MediaRule, MediaType } from '../../steps/schema-contract';
import type { MediaPlace } from '../../store/media/media';
import { DomainError, fileRefused, tooLarge, type FieldError } from '../domain-error';
import type { Settings } from '../ports';
import type { StoredFile } from './upload-target';

export type MediaLimits = Pick<Config, 'MEDIA_MAX_BYTES' | 'MEDIA_MAX_PIXELS' | 'MEDIA_MAX_PAGES'>;

const full = () => {
  const message = 'Too many files are being uploaded. Try again in a moment.';
  return new DomainError('rate_limited', message, { retry_after: 2 });
};

/** Uploads in parallel per process: each may have a PDF or the upload to a bucket in memory. */
const acquireAny = concurrencyLimit({ parallel: 32, full });
const acquireOfRun = concurrencyLimit({ parallel: 3, full });

/** Limits the uploads in progress per process and run. @throws DomainError `rate_limited`. */
export async function limitUploads<Result>(
  { run_uuid }: Pick<MediaPlace, 'run_uuid'>,
  upload: () => Promise<Result>,
): Promise<Result> {
  const releases: (() => void)[] = [];
  try {
    releases.push(await acquireAny('all'));
    releases.push(await acquireOfRun(run_uuid));
    return await upload();
  } finally {
    for (const release of releases) release();
  }
}

/** Combines a rule of a step with the limits of the installation. */
export function resolveMediaLimits(
  rule: MediaRule,
  { config }: Settings<keyof MediaLimits>,
): { max_bytes: number; max_pages: number; max_pixels: number } {
  return {
    max_bytes: Math.min(rule.max_bytes ?? Infinity, config.MEDIA_MAX_BYTES),
    max_pages: Math.min(rule.max_pages ?? Infinity, config.MEDIA_MAX_PAGES),
    max_pixels: config.MEDIA_MAX_PIXELS,
  };
}

/** Returns the limits of the installation, which apply before the collection of a file is known. */
export function inspectingLimits({
  config,
}: Settings<'MEDIA_MAX_PIXELS' | 'MEDIA_MAX_PAGES'>): Omit<Inspecting, 'account_uuid'> {
  return { max_pixels: config.MEDIA_MAX_PIXELS, max_pages: config.MEDIA_MAX_PAGES };
}

/** Returns true for a media type of the rule. QuickTime, which iPhones record and MP4 is based on, counts as MP4. */
function accepts({ types }: MediaRule, mime: MediaType): boolean {
  return types.includes(mime) || (mime === 'video/quicktime' && types.includes('video/mp4'));
}

/** Checks a file against its collection. @throws DomainError `submission_refused` or `too_large`. */
export function requireWithinLimits(
  { mime, size, pages = 0 }: StoredFile,
  rule: MediaRule,
  settings: Settings<keyof MediaLimits>,
): void {
  const { max_bytes, max_pages } = resolveMediaLimits(rule, settings);
  if (size > max_bytes) throw tooLarge(max_bytes);
  const faults: FieldError[] = [];
  const fault = (message: string) => faults.push({ path: 'file', message });
  if (!accepts(rule, mime)) fault(`must be one of ${rule.types.join(', ')}, and is ${mime}`);
  if (pages > max_pages) fault(`has more than ${max_pages} pages`);
  if (faults.length > 0) throw fileRefused(faults);
}
