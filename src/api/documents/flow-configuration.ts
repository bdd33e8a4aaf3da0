/** What an account configures of its flows, as the API document shows it. */
import { z } from 'zod';
import { at, uuid } from './runs';

const made = { uuid, created_at: at, updated_at: at };
const anything = z.record(z.string(), z.unknown());

export const knockoutRule = z
  .strictObject({
    ...made,
    name: z.string(),
    template: z.string().meta({ description: 'The expression that must hold.' }),
    active: z.boolean(),
    step: z.string().meta({ description: 'The step key that it follows.' }),
  })
  .meta({ id: 'KnockoutRule' });

export const ruleSet = z
  .strictObject({
    ...made,
    name: z.string(),
    description: z.string(),
    active: z.boolean(),
    knockoutRules: z.array(knockoutRule),
  })
  .meta({ id: 'RuleSet' });

export const customization = z
  .strictObject({ ...made, name: z.string(), values: anything })
  .meta({ id: 'Customization' });

export const workflowTemplate = z
  .strictObject({
    ...made,
    name: z.string(),
    description: z.string(),
    steps: z.array(
      z.union([
        z.string(),
        z.strictObject({ step: z.string(), custom_id: z.string().nullable().optional() }),
      ]),
    ),
    config: anything.meta({ description: 'As written, `{{$guid}}` included.' }),
    steps_setup: anything,
  })
  .meta({ id: 'WorkflowTemplate' });
