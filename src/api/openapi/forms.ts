/** Schemas of forms, rules, templates and customizations in the API document. */
import { z } from 'zod';
import { FIELD_TEXT } from '../../steps/custom-form/field-text';
import { configFields } from './connectors';
import { anything, described, flag, text } from './described';
import { EXAMPLE_KEYS } from '../../steps/example-keys';

/** Descriptions of fields that requests and responses share. */
export const FORM_TEXT = {
  name: 'Name shown to your staff; up to 100 characters.',
  fields: 'Fields of the form, in the order in which the person sees them; up to 100.',
  ...FIELD_TEXT,
} as const;

const FORM_TYPES = [
  ...['text', 'textarea', 'number', 'date', 'email', 'phone', 'select', 'checkbox'],
] as const;

const F = FORM_TEXT;

export const form = described(
  z.strictObject({
    ...configFields('form'),
    name: text(F.name, 'Contacto'),
    fields: described(
      z.array(
        z.strictObject({
          key: text(F.key, 'branch'),
          label: text(F.label, 'Sucursal'),
          type: described(z.enum(FORM_TYPES), F.type, 'select'),
          required: flag(F.required, true),
          options: described(z.array(z.string()).optional(), F.options, ['Norte', 'Sur']),
          pattern: described(z.string().optional(), F.pattern, '[A-Z]{2}[0-9]+'),
          min: described(z.number().optional(), F.min, 1),
          max: described(z.number().optional(), F.max, 40),
        }),
      ),
      F.fields,
      [{ key: 'branch', label: 'Sucursal', type: 'select', required: true, options: ['Norte'] }],
    ),
  }),
  `A form of your own, for the step \`${EXAMPLE_KEYS.form}\`.`,
).meta({ id: 'Form' });

/** Descriptions of fields that requests and responses share. */
export const RULE_TEXT = {
  name: 'Name shown to your staff, unique in the account; up to 100 characters.',
  template: 'Expression that must be true after the step, as docs/expressions.md says.',
  active: 'True if the rule applies; false leaves it out.',
  step: 'Key of the step after which the rule is checked.',
  set_name: 'Name shown to your staff, unique in the account; up to 100 characters.',
  set_description: 'Purpose of the set, for your staff; up to 1,000 characters.',
  set_active: 'True if the rules of the set apply; false leaves all of them out.',
} as const;

const R = RULE_TEXT;

export const knockoutRule = described(
  z.strictObject({
    ...configFields('knockout rule'),
    name: text(R.name, 'Correo permitido'),
    template: text(R.template, "email != 'example@example.com'"),
    active: flag(R.active, true),
    step: text(R.step, EXAMPLE_KEYS.email),
  }),
  'A knockout rule: false after its step, it ends the workflow as `rejected`.',
).meta({ id: 'KnockoutRule' });

export const ruleSet = described(
  z.strictObject({
    ...configFields('rule set'),
    name: text(R.set_name, 'Reglas de crédito'),
    description: text(R.set_description, 'Para clientes nuevos'),
    active: flag(R.set_active, true),
    knockoutRules: described(z.array(knockoutRule), 'Rules of the set, in order.'),
  }),
  'A set of knockout rules that a workflow names by `rule_set_uuid`.',
).meta({ id: 'RuleSet' });

/** Descriptions of fields that requests and responses share. */
export const CUSTOMIZATION_TEXT = {
  name: 'Name shown to your staff, unique in the account; up to 100 characters.',
  values:
    'Texts of the page by step key or custom id, at any depth, up to 5,000 characters each; under `theme` colours such as `#1a5fb4` and a `logo` (an https address).',
} as const;
export const CUSTOMIZATION_VALUES = {
  auth: { title: 'Autentica con tu rostro' },
  theme: { primary: '#1a5fb4' },
};

export const customization = described(
  z.strictObject({
    ...configFields('customization'),
    name: text(CUSTOMIZATION_TEXT.name, 'Marca azul'),
    values: described(anything, CUSTOMIZATION_TEXT.values, CUSTOMIZATION_VALUES),
  }),
  "Texts, colours and logo of the person's page.",
).meta({ id: 'Customization' });

/** Descriptions of fields that requests and responses share. */
export const TEMPLATE_TEXT = {
  name: 'Name shown to your staff, unique in the account; up to 100 characters.',
  description: 'Purpose of the template, for your staff; up to 1,000 characters.',
  steps: 'Steps in order, 1 to 50: step keys, or objects with a `custom_id`.',
  step: 'Step key, as `key` in `GET /v1/steps`.',
  custom_id: 'Name of this step where several have one key; null or absent without one.',
  config:
    'Other fields of a creation, such as `expires_in`; `{{$guid}}` in a text becomes a new UUID in each workflow. Returned as written.',
  steps_setup: 'Setups by step key or custom id, as `setup` of a creation. Returned as written.',
} as const;

const W = TEMPLATE_TEXT;

export const workflowTemplate = described(
  z.strictObject({
    ...configFields('workflow template'),
    name: text(W.name, 'Alta de cliente'),
    description: text(W.description, 'Consentimiento y teléfono'),
    steps: described(
      z.array(
        z.union([
          described(z.string(), W.step, EXAMPLE_KEYS.consent),
          z.strictObject({
            step: text(W.step, EXAMPLE_KEYS.consent),
            custom_id: described(z.string().nullable().optional(), W.custom_id, null),
          }),
        ]),
      ),
      W.steps,
      [EXAMPLE_KEYS.consent],
    ),
    config: described(anything, W.config, { metadata: { user_id: '{{$guid}}' }, expires_in: 20 }),
    steps_setup: described(anything, W.steps_setup, {
      acceptance: { text: 'Acepto los términos.', version: '2026-11' },
    }),
  }),
  'A template from which workflows are created.',
).meta({ id: 'WorkflowTemplate' });
