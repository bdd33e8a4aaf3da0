import { randomUUID } from 'node:crypto';
import type { EventOf, Json, RunSettings } from '../../src/domain/run/events';
import type { PreparedCode } from '../../src/steps/shared/one-time-code/state';
import type { RunInput } from '../../src/workflows/messages/messages';

export interface NewRunOptions extends Partial<RunSettings> {
  uuid?: string;
  steps?: string[];
  /** Settings of every step. */
  stepSettings?: Json;
  /** Indexes of steps that an expression may skip, and of steps with knockout rules. */
  skippable?: number[];
  judged?: number[];
  /** Indexes of steps that were done in the replaced run. */
  kept?: number[];
  /** Milliseconds since the epoch. */
  at?: number;
}

const SETTINGS: RunSettings = {
  people_uuid: null,
  responsible_uuid: null,
  template_uuid: null,
  callback_url: null,
  restarted_from: null,
  disable_geolocation: false,
  language: 'es',
  expires_in: 0,
  abandon_after: null,
  start: 'on_open',
};

/** Builds event 1 of a synthetic run. */
export function runCreated({
  uuid,
  steps,
  stepSettings = null,
  skippable = [],
  judged = [],
  kept = [],
  at,
  ...settings
}: NewRunOptions): EventOf<'run_created'> {
  const run_uuid = uuid ?? randomUUID();
  return {
    number: 1,
    at: at ?? Date.now(),
    type: 'run_created',
    actor: 'integrator',
    step_uuid: null,
    data: {
      run_uuid,
      account_uuid: '00000000-0000-4000-8000-000000000001',
      mode: 'test',
      settings: { ...SETTINGS, ...settings },
      steps: (steps ?? ['acceptance', 'personal_address']).map((key, index) => ({
        uuid: randomUUID(),
        key,
        custom_id: null,
        settings: stepSettings,
        ...(skippable.includes(index) && { is_skippable: true as const }),
        ...(judged.includes(index) && { is_judged: true as const }),
        ...(kept.includes(index) && { kept: true as const }),
      })),
    },
  };
}

/** Builds the input of a synthetic run, like the API; `code` belongs to its first step. */
export function newRun(
  options: NewRunOptions,
  code?: PreparedCode,
): Extract<RunInput, { kind: 'new' }> {
  const created = runCreated(options);
  const input = { kind: 'new' as const, created, sealed: '' };
  if (code === undefined) return input;
  const step_uuid = created.data.steps[0]?.uuid ?? '';
  return { ...input, prepared: { step_uuid, content: code } };
}
