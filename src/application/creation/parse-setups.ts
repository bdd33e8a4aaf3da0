import type { Json } from '../../domain/run/events';
import { ownValue } from '../../domain/run/own-value';
import type { DestinationField, StepSchema } from '../../steps/schema-contract';
import { invalidField } from '../domain-error';
import { parse } from '../parse';
import type { CreationBody, ParsedCreation } from './creation-body';
import { knownStep } from './known-step';
import { requireStepNames } from './require-step-names';
import { isFields } from '../../domain/run/is-fields';

/**
 * Parses the setup of every step once. Returns the creation with what the schemas returned in place of what was sent:
 * this is what is checked, sealed and used. Fields that a schema doesn't know stay as they were sent.
 * @throws DomainError `validation_failed` or `unknown_step`, with the path of the fault.
 */
export function parseSetups(body: CreationBody): ParsedCreation {
  requireStepNames(body.steps);
  const setups = new Map(Object.entries(body.setup));
  for (const [index, { step, custom_id }] of body.steps.entries()) {
    const name = custom_id ?? step;
    setups.set(name, parseSetup(body, knownStep(step, index), name));
  }
  return asParsed({ ...body, setup: Object.fromEntries(setups) });
}

function parseSetup(body: CreationBody, schema: StepSchema, name: string): Json {
  const given = ownValue(body.setup, name, null);
  if (given === null && schema.setup_required) throw invalidField(`setup.${name}`, 'is required');
  const parsed = asFields(parse(schema.setup, given ?? {}, ['setup', name]));
  const setup = isFields(given) ? { ...given, ...parsed } : parsed;
  return { ...setup, ...presetsFor(setup, body, schema.presets ?? []) };
}

/** Returns the destinations of the run that preset those which a setup lacks. */
function presetsFor(
  setup: Record<string, Json>,
  body: CreationBody,
  presets: readonly DestinationField[],
): Record<string, Json> {
  const missing = presets.filter((field) => setup[field] == null && body[field] !== undefined);
  return Object.fromEntries(missing.map((field) => [field, body[field] ?? null]));
}

/** Returns the setup of a step, parsed. */
export function setupOf(body: ParsedCreation, name: string): Json {
  return ownValue(body.setup, name, {});
}

/** Types what a setup schema returned. The cast holds because every setup is an object schema over JSON (`conformance.test`). */
function asFields(parsed: unknown): Record<string, Json> {
  return parsed as Record<string, Json>;
}

/** Marks a creation as parsed. Only `parseSetups` calls it. */
function asParsed(body: CreationBody): ParsedCreation {
  return body as ParsedCreation;
}
