import type { Json } from '../../domain/run/events';
import { ownValue } from '../../domain/run/own-value';
import type { StepSchema } from '../../steps/schema-contract';
import { invalidField } from '../domain-error';
import { parse } from '../parse';
import type { CreationBody, ParsedCreation } from './creation-body';
import { isFields } from './merge-deeply';
import { checkCustomId, knownStep } from './known-step';

/**
 * Parses the setup of every step once. Returns the creation with what the schemas returned in place of what was sent:
 * this is what is checked, sealed and used. Fields that a schema doesn't know stay as they were sent.
 * @throws DomainError `validation_failed` or `unknown_step`, with the path of the fault.
 */
export function parseSetups(body: CreationBody): ParsedCreation {
  const setups = new Map(Object.entries(body.setup));
  for (const [index, { step, custom_id }] of body.steps.entries()) {
    const name = custom_id ?? step;
    const schema = knownStep(step, index);
    checkCustomId(custom_id, schema, index);
    setups.set(name, parseSetup(body, schema, name));
  }
  return asParsed({ ...body, setup: Object.fromEntries(setups) });
}

function parseSetup(body: CreationBody, schema: StepSchema, name: string): Json {
  const given = ownValue(body.setup, name, null);
  if (given === null && schema.setup_required) throw invalidField(`setup.${name}`, 'is required');
  const parsed = asFields(parse(schema.setup, given ?? {}, ['setup', name]));
  return isFields(given) ? { ...given, ...parsed } : parsed;
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
