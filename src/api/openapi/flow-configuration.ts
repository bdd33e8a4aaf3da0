/** Schemas of flow configuration in the API document. */
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

const points = z.number().meta({ description: 'Points, 1/72 inch.' });

export const documentTemplate = z
  .strictObject({
    ...made,
    name: z.string(),
    fields: z
      .array(
        z.strictObject({
          uuid,
          kind: z.enum(['text', 'signature']),
          page: z.int().meta({ description: 'From 1.' }),
          x: z.number().meta({ description: "Points from the page's left edge." }),
          y: z.number().meta({ description: "Points from the page's lower edge." }),
          width: points,
          height: points,
        }),
      )
      .meta({ description: 'Where texts and signatures go.' }),
    pages: z.array(z.strictObject({ width: points, height: points })),
    size: z.int().meta({ description: 'Bytes of the PDF.' }),
    sha256: z.string().meta({ description: 'Of the PDF.' }),
  })
  .meta({ id: 'DocumentTemplate' });

export const templateBinding = z
  .strictObject({
    ...made,
    name: z.string(),
    template_uuid: uuid,
    text_bindings: z.record(
      z.string(),
      z.strictObject({ steps: z.array(z.string()), template: z.string() }),
    ),
    sign_bindings: z.array(uuid),
  })
  .meta({ id: 'TemplateBinding' });
