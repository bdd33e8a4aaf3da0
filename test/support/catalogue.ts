/** Every step type with its example, for tests of the whole catalogue. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../src/domain/run/events';
import type { StepExample } from '../../src/steps/example-contract';
import { stepSchemas } from '../../src/steps/schemas';
import type { StepKey } from '../../src/steps/index';

const STEPS = join(__dirname, '..', '..', 'src', 'steps');

export const stepKeys = Object.keys(stepSchemas) as StepKey[];

/** Content of a step type's `example.ts`. */
export function exampleOf(key: StepKey): StepExample {
  const folder = key.replaceAll('_', '-');
  const found = readdirSync(STEPS).includes(folder);
  if (!found) throw new Error(`no folder for ${key}`);
  return jest.requireActual<{ example: StepExample }>(join(STEPS, folder, 'example')).example;
}

/** Setups with which all steps can be created together; references to the account's configuration are parameters. */
export function setupsWith(given: Record<string, Json>): Record<string, Json> {
  const examples = stepKeys.map((key) => [key, exampleOf(key).setup] as const);
  return { ...Object.fromEntries(examples), ...given };
}
