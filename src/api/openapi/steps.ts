/** Schemas of steps in the API document; tests check every response against them. */
import { z } from 'zod';
import { anything, described, flag, text, textOrNull, time, timeOrNull, uuid } from './described';
import { stepStatus } from './statuses';
import { EXAMPLE_KEYS } from '../../steps/example-keys';

export const fault = described(
  z.strictObject({
    fatal: flag('Always true: the step or the workflow ended by it.', true),
    extra: described(anything, 'Further facts, such as the rule that was false.', {}),
    details: described(
      z.strictObject({
        reason: text('A sentence for people.', 'The code was entered wrongly too often.'),
        error_id: uuid('UUID of the step or workflow that failed. Give it to support.'),
        stack: text('A stable error code, never a stack trace.', 'guesses_exhausted'),
      }),
      'The error in words and as a code.',
    ),
  }),
  'The error that ended a step or a workflow.',
).meta({ id: 'Fault' });

export const stepKey = text('Step key, as `key` in `GET /v1/steps`.', EXAMPLE_KEYS.phone);
export const customId = textOrNull(
  'Name that the creation gave to this step, to distinguish several with one key; null where it gave none.',
  null,
);

export const stepFields = {
  uuid: uuid('UUID of the step.'),
  workflow_uuid: uuid('UUID of the workflow that the step belongs to.'),
  custom_id: customId,
  coordinates: described(
    z.array(z.array(z.string()).length(2)),
    'Where submissions came from, oldest first: pairs of longitude and latitude in degrees (WGS 84), as decimal strings. Empty where none were sent.',
    [['-99.16', '19.42']],
  ),
  error: described(fault.nullable(), 'The error that ended the step; null without one.', null),
  metadata: described(
    z.strictObject({
      name: text('Step key.', EXAMPLE_KEYS.phone),
      title: text('Title of the step, in Spanish.', 'Verificación de teléfono'),
      description: text(
        'Purpose of the step, in Spanish.',
        'Comprobación de que la persona recibe mensajes en su teléfono.',
      ),
    }),
    'Title and description of the step type, for display.',
  ),
  status: stepStatus,
  step: stepKey,
  started_at: timeOrNull('Time when the step began; null before.'),
  finished_at: timeOrNull('Time when the step ended; null before.', null),
  payload: described(
    anything.nullable(),
    'Result of the step, in a form of its own: what was submitted, or the state of its codes. Null before the first submission and after personal data were erased.',
    { phone: '+573100000000', email: null, verifications: [], verified_at: null },
  ),
  updated_at: time('Time of the last change of the step.'),
  created_at: time('Time when the workflow was created.'),
};

export const step = described(z.strictObject(stepFields), 'A step of a workflow.').meta({
  id: 'Step',
});

export const stepType = described(
  z.strictObject({
    key: text(
      'Step key, used in `steps`, `setup` and `skip_steps` of a creation.',
      EXAMPLE_KEYS.phone,
    ),
    title: text('Title, in Spanish.', 'Verificación de teléfono'),
    description: text(
      'Purpose, in Spanish.',
      'Comprobación de que la persona recibe mensajes en su teléfono.',
    ),
    setup_required: flag('True if a creation with this step must have `setup.<key>`.', false),
    requires_people: flag('True if a creation with this step must have `people_uuid`.', false),
    setup: described(anything, 'JSON schema of `setup.<key>` in a creation.', { type: 'object' }),
    allow_multiple: flag(
      'True if a workflow may have several such steps, each with its `custom_id`.',
      false,
    ),
    geolocation: flag(
      'True if a submission must have `coordinates`, unless the workflow has `disable_geolocation`.',
      false,
    ),
  }),
  'An entry of the catalogue of steps.',
).meta({ id: 'StepType' });
