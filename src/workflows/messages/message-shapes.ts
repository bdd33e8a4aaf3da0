/**
 * Shapes of the messages that a run understands. Whatever reaches a run is checked by these before it is read: a signal
 * may come without arguments, and any payload of a run's history can be sent to it again as another message.
 */
import type {
  ActionMessage,
  ResendMessage,
  RunInput,
  StartMessage,
  StepReport,
  SubmitMessage,
  UploadMessage,
} from './messages';
import { isFields } from '../../domain/run/is-fields';

type Fields = Readonly<Record<string, unknown>>;

/** Longest id, key, name or hash in a message, in characters. */
const MAX_NAME = 1_000;
/** Ten years, in minutes. */
const MAX_MINUTES = 5_256_000;

export function isStartMessage(value: unknown): value is StartMessage {
  if (!isFields(value) || !isCaller(value['actor'])) return false;
  return value['submission_id'] === null || isName(value['submission_id']);
}

export function isSubmitMessage(value: unknown): value is SubmitMessage {
  if (!isResendMessage(value)) return false;
  const { id, facts, sealed }: Fields = { ...value };
  return isName(id) && facts !== undefined && (sealed === undefined || typeof sealed === 'string');
}

export function isResendMessage(value: unknown): value is ResendMessage {
  return isFields(value) && isName(value['step_uuid']) && isCaller(value['actor']);
}

export function isUploadMessage(value: unknown): value is UploadMessage {
  if (!isResendMessage(value)) return false;
  const { media_uuid, collection, mime, sha256, size, max_files }: Fields = { ...value };
  return [media_uuid, collection, mime, sha256].every(isName) && [size, max_files].every(isCount);
}

export function isActionMessage(value: unknown): value is ActionMessage {
  if (!isFields(value)) return false;
  const { action, by, reason, actor, details } = value;
  const isStaff = actor === 'staff' || actor === 'integrator';
  if (!isStaff || ![action, by, reason].every((each) => typeof each === 'string')) return false;
  return details === undefined || isFields(details);
}

export function isAdvanceMessage(value: unknown): value is { minutes: number } {
  if (!isFields(value) || typeof value['minutes'] !== 'number') return false;
  return value['minutes'] > 0 && value['minutes'] <= MAX_MINUTES;
}

/** Returns true for a report with an addressee; its step type checks the rest (`acceptsReport`). */
export function isStepReport(value: unknown): value is StepReport {
  return isFields(value) && isName(value['step_uuid']) && isFields(value['report']);
}

/** A run's own events and view are not checked further: only the service can encrypt for a run that isn't there yet. */
export function isRunInput(value: unknown): value is RunInput {
  if (!isFields(value)) return false;
  const { kind, created, sealed, view, task_time } = value;
  if (kind === 'new') return isFields(created) && isFields(created['data']) && isText(sealed);
  return kind === 'carried' && isFields(view) && typeof task_time === 'number';
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isName(value: unknown): value is string {
  return isText(value) && value.length <= MAX_NAME;
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function isCaller(value: unknown): value is StartMessage['actor'] {
  return value === 'person' || value === 'integrator';
}
