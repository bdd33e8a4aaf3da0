import { derivedUuid } from '../../platform/crypto/derived-uuid';
import type { PlannedStep } from '../../domain/run/events';
import { ownValue } from '../../domain/run/own-value';
import type { DestinationField, StepSchema } from '../../steps/schema-contract';
import type { DestinationSource } from '../../store/runs/destinations';
import { stepSchemas } from '../../steps/schemas';
import type { Reservation } from '../../store/accounts/idempotency';
import { invalidField, validationFailed } from '../domain-error';
import { parse } from '../parse';
import { findStepSchema } from '../step-schema';
import type { CreationBody, Origin } from './creation-body';

type Planning = Pick<Origin, 'resolved' | 'rules' | 'kept'> & { reservation: Reservation };

/** Plans the steps of a run. @throws DomainError `validation_failed` or `unknown_step`, with the path of the fault. */
export function planSteps(
  body: CreationBody,
  { reservation, resolved, rules, kept }: Planning,
): PlannedStep[] {
  const names = new Set<string>();
  return body.steps.map(({ step, custom_id }, index) => {
    const schema = knownStep(step, index);
    checkCustomId(custom_id, schema, index);
    const name = custom_id ?? step;
    if (names.has(name)) throw invalidField(`steps.${index}`, 'is there already');
    names.add(name);
    if (schema.requires_people && body.people_uuid === undefined) {
      throw invalidField('people_uuid', `is required by ${step}`);
    }
    const uuid = derivedUuid(reservation.uuid, index);
    return {
      uuid,
      key: step,
      custom_id,
      settings: schema.settings(parsedSetup(body, schema, name), ownValue(resolved, name, null)),
      ...(Object.hasOwn(body.skip_steps ?? {}, name) && { is_skippable: true as const }),
      ...(rules.some((rule) => rule.step === step) && { is_judged: true as const }),
      ...(Object.hasOwn(kept, name) && { kept: true as const }),
    };
  });
}

/** Returns the schema of a step type. @throws DomainError `unknown_step`. */
export function knownStep(step: string, index: number): StepSchema {
  const schema = findStepSchema(step);
  if (schema !== undefined) return schema;
  const known = Object.keys(stepSchemas).join(', ');
  throw validationFailed(
    [{ path: `steps.${index}`, message: `is none of ${known}` }],
    'unknown_step',
  );
}

function checkCustomId(customId: string | null, schema: StepSchema, index: number): void {
  if (customId === null) return;
  const path = `steps.${index}.custom_id`;
  if (!schema.allow_multiple) throw invalidField(path, 'is not for steps that a workflow has once');
  if (findStepSchema(customId) !== undefined) throw invalidField(path, 'is the key of a step');
}

/**
 * Parses the setup of a step by its schema, with the destinations of the run that preset the step's own.
 * @throws DomainError `validation_failed`.
 */
export function parsedSetup(body: CreationBody, schema: StepSchema, name: string): unknown {
  const given = ownValue(body.setup, name, null);
  if (given == null && schema.setup_required) throw invalidField(`setup.${name}`, 'is required');
  const parsed = parse(schema.setup, given ?? {}, ['setup', name]);
  return schema.presets === undefined ? parsed : withPresets(parsed, body, schema.presets);
}

function withPresets(
  setup: unknown,
  body: CreationBody,
  presets: readonly DestinationField[],
): unknown {
  const given: DestinationSource = setup ?? {};
  const unknown = presets.filter((field) => given[field] == null && body[field] !== undefined);
  return { ...given, ...Object.fromEntries(unknown.map((field) => [field, body[field]])) };
}
