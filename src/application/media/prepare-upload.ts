import { ownValue } from '../../domain/run/own-value';
import type { MediaRule } from '../../steps/schema-contract';
import { MediaRemoved } from '../../store/media/media';
import type { RunRecord } from '../../store/runs/runs';
import { openCreation } from '../../store/runs/sealed-content';
import { fileRefused, invalidField, notFound } from '../domain-error';
import type { Ports, Settings } from '../ports';
import { requireOpenStep, stepOf } from '../runs/find-run';
import {
  inspectingLimits,
  resolveMediaLimits,
  limitUploads,
  requireWithinLimits,
  type MediaLimits,
} from './media-limits';
import { resolveMediaRules } from './media-rules';
import type { StoredFile, UploadTarget } from './upload-target';

type PreparePorts = Pick<Ports, 'runKeys' | 'media'> & Settings<keyof MediaLimits>;

/** A file whose bytes are stored, but which no run has accepted yet. */
export interface UploadedFile {
  collection: string;
  /** Id of its bytes in the store. */
  stored: string;
  mime: string;
  size: number;
  sha256: string;
  max_files: number;
}

interface Preparing {
  run: RunRecord;
  step_uuid: string;
  /** True if it may repeat an accepted upload, which can only be checked once the file has arrived. */
  mayBeRepeated: boolean;
  /** Receives the file and the name of its collection. */
  receive: (target: UploadTarget) => Promise<{ file: StoredFile; collection: string | undefined }>;
}

/**
 * Stores an incoming file and checks it against the step's collections.
 * @throws DomainError after removing the file.
 */
export async function prepareUpload(
  ports: PreparePorts,
  { run, step_uuid, mayBeRepeated, receive }: Preparing,
): Promise<UploadedFile> {
  const step = stepOf(run, step_uuid);
  if (!mayBeRepeated) requireOpenStep(run, step);
  const key = await ports.runKeys.find(run.view);
  if (key === null) throw notFound('step');
  const rules = resolveMediaRules(step, openCreation(key, run._id, run.sealed));
  if (Object.keys(rules).length === 0) throw collectionRefused('This step takes no files.');
  const { account_uuid, mode } = run.view;
  const place = { account_uuid, mode, run_uuid: run._id, step_uuid: step.uuid };
  const { media } = ports;
  const { file, collection } = await limitUploads(place, () =>
    receive({
      limit: Math.max(
        ...Object.values(rules).map((rule) => resolveMediaLimits(rule, ports).max_bytes),
      ),
      inspecting: { ...inspectingLimits(ports), account_uuid },
      accepted: [...new Set(Object.values(rules).flatMap(({ types }) => types))],
      store: (bytes) => media.write(place, key, bytes).catch(notFoundIfErased),
      discard: (stored) => media.removeUnnamed(run.view, stored),
    }),
  );
  try {
    const [name, rule] = ruleFor(collection, rules);
    requireWithinLimits(file, rule, ports);
    const { stored, mime, size, sha256 } = file;
    return { collection: name, stored, mime, size, sha256, max_files: rule.max_files };
  } catch (error) {
    await media.removeUnnamed(run.view, file.stored);
    throw error;
  }
}

/** Converts the error if the run was erased while the file arrived. */
function notFoundIfErased(error: unknown): never {
  throw error instanceof MediaRemoved ? notFound('step') : error;
}

function ruleFor(
  collection: string | undefined,
  rules: Record<string, MediaRule>,
): [string, MediaRule] {
  if (collection === undefined || collection === '') {
    throw invalidField('collection', 'is required');
  }
  const rule = ownValue(rules, collection);
  if (rule !== undefined) return [collection, rule];
  throw collectionRefused(`must be one of ${Object.keys(rules).join(', ')}`);
}

function collectionRefused(message: string) {
  return fileRefused([{ path: 'collection', message }]);
}
