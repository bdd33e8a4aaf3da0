import type { Keyring } from '../../../../platform/crypto/keyring';
import type { StepView } from '../../../../domain/run/view';
import type { OtpEventData } from '../../../../domain/otp/events';
import type { DestinationField } from '../../../schema-contract';
import { stepSchema } from '../../../schemas';
import {
  maskDestinations,
  readDestinations,
  findDestinations,
  destinationsIn,
  destinationsAtCreation,
  type Destinations,
  type DestinationSource,
} from '../../../../store/runs/destinations';
import type { OpenedRun, RunReader } from '../../../../activities/run-reader';
import type { DestinationSources } from '../calls';
import { ownValue } from '../../../../domain/run/own-value';

/**
 * Fixes the destinations of a step's codes: from its setup, else from this step's or the latest earlier form's
 * submission, else from the run. Later changes of these have no effect. Safe to repeat.
 */
export function fixDestinations(reader: RunReader, hashKeys: Keyring) {
  return async (sources: DestinationSources): Promise<OtpEventData['destinations_fixed']> => {
    const { run_uuid, step_uuid, channels, name, submissions } = sources;
    const run = await reader.read(run_uuid);
    const id = idOf(step_uuid);
    const fixed = run.submission(id)?.payload ?? null;
    const given = () => submissions.map((each) => givenBy(run, each));
    const found =
      fixed === null ? findDestinations(run.creation, name, given()) : readDestinations(fixed);
    if (fixed === null) {
      const nobody = { ip: null, user_agent: null };
      const content = {
        data: null,
        payload: found,
        coordinates: null,
        client: nobody,
        at: Date.now(),
      };
      await reader.cacheRun(run_uuid, { id, step_uuid }, content);
    }
    const { account_uuid } = run.view;
    return maskDestinations(found, { name: id, channels }, { account_uuid, hashKeys });
  };
}

/** Returns the destinations fixed under an id. @throws Error if there are none: a bug. */
export function resolveDestinations(run: OpenedRun, id: string): Destinations {
  const known = destinationsAtCreation(id, run.view, () => run.creation);
  if (known !== null) return known;
  const payload = run.submission(id)?.payload;
  if (payload == null) throw new Error('destinations were not fixed');
  return readDestinations(payload);
}

/** Returns the valid destinations of a submission. A form's field named `phone` may contain any text. */
function givenBy(run: OpenedRun, id: string): DestinationSource {
  const known = destinationsAtCreation(id, run.view, () => run.creation);
  if (known !== null) return { ...known };
  const submission = run.submission(id);
  const step = run.view.steps.find(({ uuid }) => uuid === submission?.step_uuid);
  if (submission === null || step === undefined) return {};
  if (id === idOf(step.uuid)) return destinationsIn(submission.payload, ['phone', 'email']);
  return destinationsIn(submission.payload, fieldsSuppliedBy(run, step));
}

function fieldsSuppliedBy(run: OpenedRun, step: StepView): readonly DestinationField[] {
  const resolved = ownValue(run.creation.resolved ?? {}, step.custom_id ?? step.key, null);
  return stepSchema(step.key)?.supplies?.(resolved) ?? [];
}

/** Returns the id under which a step's destinations are stored. */
function idOf(stepUuid: string): string {
  return `destinations-${stepUuid}`;
}
