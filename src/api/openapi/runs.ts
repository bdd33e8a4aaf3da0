/** Schemas of workflows in the API document; tests check every response against them. */
import { z } from 'zod';
import type { ActionName } from '../../steps/actions';
import {
  anything,
  channelName,
  described,
  flag,
  integer,
  text,
  textOrNull,
  time,
  timeOrNull,
  uuid,
  uuidOrNull,
} from './described';
import { runStatus, waitingFor } from './statuses';
import { fault, step } from './steps';

/** The caller's reference, returned as it was sent. */
export const reference = described(
  z.union([z.string(), z.number()]).nullable(),
  'Your own reference of the workflow, as it was sent; null without one, or once erased.',
  'customer-42',
);

const deadlineAt = timeOrNull(
  'Time of the next deadline, when `on_deadline` happens; null without one or while no deadline runs.',
);
export const reason = textOrNull(
  'Why the workflow has its status: a code such as `rule_not_evaluable`, or the reason that was given for an action. Null without one.',
  null,
);

const runFields = {
  uuid: uuid('UUID of the workflow.'),
  responsible_uuid: uuidOrNull(
    'UUID of your member of staff who is responsible, as sent; null without one.',
    null,
  ),
  people_uuid: uuidOrNull('UUID that you gave to the person, as sent; null without one.'),
  status: runStatus,
  disable_geolocation: flag('True if no submission needs `coordinates`.', false),
  started_at: timeOrNull('Time when the workflow was first opened; null before.'),
  finished_at: timeOrNull('Time when the workflow ended; null before.', null),
  lead_uuid: uuidOrNull('Always null: a field of the Workflows API.', null),
  credit_uuid: uuidOrNull('Always null: a field of the Workflows API.', null),
  skip_steps: described(
    anything.nullable(),
    'Expressions by step key or custom id, as sent: where one is true, its step is skipped. Null without them.',
    null,
  ),
  error: described(fault.nullable(), 'The error that ended the workflow; null without one.', null),
  external_reference_id: reference,
  callback_url: textOrNull(
    'Address that is told of changes of the workflow, as it was sent; null without one.',
    'https://backend.example.com/webhooks',
  ),
  callback_at: timeOrNull(
    'Time of the last webhook that `callback_url` answered with 2xx; null before.',
  ),
  expires_in: integer('Minutes from creation until the workflow expires; 0: never.', 60),
  metadata: described(
    anything.nullable(),
    'Your own data, as sent; null without them, or once erased.',
    { branch: 'Norte' },
  ),
  template_binding_uuid: uuidOrNull(
    'UUID of the template binding named in `autofill`; null without one.',
    null,
  ),
  rule_set_uuid: uuidOrNull(
    'UUID of the rule set whose knockout rules apply; null without one.',
    null,
  ),
  document_uuid: uuidOrNull(
    'UUID of the document template named in `autofill`; null without one.',
    null,
  ),
  user_email: textOrNull('Email named in `autofill`; null without one.', null),
  updated_at: time('Time of the last change.'),
  created_at: time('Time of the creation.'),
  steps: described(z.array(step), 'Steps of the workflow, in the order in which they run.'),
  mode: described(
    z.enum(['live', 'test']),
    'Mode of the key that created the workflow. In `test`, messages go to the sandbox.',
    'test',
  ),
  language: text(
    "Language of the person's messages and pages (ISO 639-1): `es`, `en` or `pt`.",
    'es',
  ),
  abandon_after: described(
    z.int().nullable(),
    'Minutes without activity until the status is `abandoned`; null: never.',
    30,
  ),
  recovery: described(anything.nullable(), 'Always null: no recovery messages are sent.', null),
  waiting_for: waitingFor,
  deadline_at: deadlineAt,
  on_deadline: described(
    z.enum(['expire', 'abandon', 'send_recovery', 'fallback']).nullable(),
    'What happens at `deadline_at`: the workflow expires, is abandoned, a recovery message goes out, or the backup channel takes over. Null without a deadline.',
    'expire',
  ),
  reason,
  restarted_from: uuidOrNull(
    'UUID of the workflow that this one replaces, after a restart; null otherwise.',
    null,
  ),
  personal_data_erased_at: timeOrNull(
    'Time when the personal data were erased; null where they are kept.',
    null,
  ),
};

export const run = described(
  z.strictObject(runFields),
  'A workflow: the steps of one person, with their state.',
).meta({ id: 'Workflow' });

export const token = described(
  z.strictObject({
    token: text(
      "Token of the person's calls, sent as `Authorization: Bearer`. It lives as long as its workflow, and reads for 24 hours more.",
      'run_5rX2kQm8Pw7a|Zx81kQm2Pw7a',
    ),
    token_encoded: text(
      'URL-encoded base64 of the token.',
      'cnVuXzVyWDJrUW04UHc3YXxaeDgxa1FtMlB3N2E%3D',
    ),
    expiration: textOrNull(
      'Time when the token expires, `YYYY-MM-DD HH:mm:ss` in UTC; null where the workflow never expires.',
      '2026-11-23 23:10:12',
    ),
    execution_url: described(
      z.url(),
      "Address of the person's page; send it to the person. Revoking the tokens ends it too.",
      'https://verify.example.com/r/Zx81kQm2Pw7a',
    ),
    ...runFields,
  }),
  'A token, with its workflow.',
).meta({ id: 'Token' });

export const progressFields = {
  uuid: uuid('UUID of the workflow.'),
  status: runStatus,
  current_step_uuid: uuidOrNull('UUID of the step that comes next; null where none is left.'),
  waiting_for: waitingFor,
  deadline_at: deadlineAt,
};

export const progress = z.strictObject(progressFields);

/** Response to start, submit, resend and actions. */
export const answer = described(
  z.strictObject({
    step: described(step.nullable(), 'The step after the call; null where none is concerned.'),
    run: described(progress, 'State of the workflow after the call.'),
  }),
  'State of a step and its workflow after a call.',
).meta({ id: 'Progress' });

export const event = described(
  z.strictObject({
    number: described(z.int().min(1), 'Number of the event in its workflow: 1, 2, 3…', 7),
    at: time("Time of the event, by the workflow's clock."),
    type: text('Type of the event.', 'step_succeeded'),
    actor: described(
      z.enum(['person', 'staff', 'system', 'provider', 'integrator']),
      'Who caused it: the person, your staff, the service, a messaging provider, or your backend.',
      'person',
    ),
    step_uuid: uuidOrNull('UUID of the step concerned; null for the workflow as a whole.'),
    data: described(anything, 'Facts of the event, by its type. Never a code.', {}),
  }),
  'An entry of the timeline.',
).meta({ id: 'Event' });

export const actionName = described(
  z.enum([
    ...(['cancel', 'resend_code', 'switch_channel', 'approve_step', 'reject_step'] as const),
  ]) satisfies z.ZodType<ActionName>,
  'The action: `cancel` ends the workflow, `resend_code` sends the code again, `switch_channel` sends it by another channel, `approve_step` and `reject_step` decide what is in review.',
  'cancel',
);

export const action = described(
  z.strictObject({
    action: actionName,
    channels: described(
      z.array(channelName).optional(),
      'Channels that `switch_channel` may name; absent for other actions.',
      ['whatsapp'],
    ),
  }),
  'An action that the workflow allows now.',
).meta({ id: 'Action' });
