import { z } from 'zod';
import { CREATION_EXAMPLE } from '../../../steps/creation-example';
import { stepSchemas } from '../../../steps/schemas';
import { run as runDocument } from '../../openapi/runs';
import { email, language, object, phone, requestUuid } from '../../fields';
import { createRun } from '../../../application/creation/create-run';
import type { CreationBody } from '../../../application/creation/creation-body';
import { createdReply } from '../../created-reply';
import { defineRoute, noFields } from '../../server/route';
import { autofill } from './autofill';
import { described } from '../../openapi/described';
import { EXAMPLE_KEYS } from '../../../steps/example-keys';

const customId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -');
/** Beyond 2^53 an integer can't be returned as given. */
const exactNumber = z
  .number()
  .refine((number) => !Number.isInteger(number) || Number.isSafeInteger(number), 'is too large');
/** A step key. The list is only documented: an unknown key has an error code of its own. */
const stepKey = z.string().meta({
  description: 'Step key, as `key` in `GET /v1/steps`.',
  examples: [EXAMPLE_KEYS.consent],
  override: { enum: Object.keys(stepSchemas) },
});
const setups = described(
  object,
  'Setups of the steps, by step key or custom id, each as `setup` of the step in `GET /v1/steps` says. Setups of steps that the workflow lacks are accepted.',
  CREATION_EXAMPLE.setup,
);

/** Maximum entries of `skip_steps`. Entries for missing steps are allowed. */
const MAX_SKIPS = 100;
const skips = z
  .record(z.string().min(1).max(64), z.string())
  .refine((all) => Object.keys(all).length <= MAX_SKIPS, `has more than ${MAX_SKIPS} entries`)
  .meta({
    description:
      'Expressions by step key or custom id, over the steps before it (docs/expressions.md). Where one is true, its step is skipped. Up to 100.',
    examples: [{ verify_phone_number: "acceptance.status != 'success'" }],
    override: { maxProperties: MAX_SKIPS },
  });

/** Schema of a creation. */
export const creationBody = z.strictObject({
  people_uuid: requestUuid(
    'UUID that you give to the person, the same in each of their workflows; required by steps with `requires_people`.',
  ).optional(),
  responsible_uuid: requestUuid(
    'UUID of your member of staff who is responsible; returned as sent.',
  ).optional(),
  callback_url: described(
    z.string().optional(),
    'https address that is told of each change by a signed webhook. By default nobody is told.',
    'https://backend.example.com/webhooks',
  ),
  disable_geolocation: described(
    z.boolean().default(false),
    'True to ask for no `coordinates` in steps that otherwise need them; by default false.',
    false,
  ),
  external_reference_id: described(
    z.union([z.string().min(1).max(255), exactNumber]).optional(),
    'Your own reference: a text of 1 to 255 characters, or a number up to 2^53 - 1. Lists can be filtered by it.',
    'customer-42',
  ),
  setup: setups.default({}),
  metadata: described(
    object.optional(),
    'Your own data, returned as sent. `customization_uuid` in it chooses the customization of the page.',
    { branch: 'Norte' },
  ),
  expires_in: described(
    z.int().min(0).max(525_600).default(0),
    'Minutes from creation until the workflow expires, up to 525,600 (a year); by default 0: never.',
    60,
  ),
  abandon_after: described(
    z.int().min(1).max(525_600).optional(),
    'Minutes without activity until the status is `abandoned`, up to 525,600; by default never.',
    30,
  ),
  language: described(
    language.optional(),
    "Language of the person's messages and pages (ISO 639-1); by default that of the account.",
    'es',
  ),
  start: described(
    z.enum(['immediate', 'on_open']).optional(),
    'When the first step begins: at once, or when the workflow is opened. By default at once if the step needs nothing from the person.',
    'on_open',
  ),
  phone: described(
    phone.optional(),
    'Phone of the person in E.164, for the steps that send codes: they then ask for none.',
    '+573100000000',
  ),
  email: described(
    email.optional(),
    'Email of the person, for the steps that send codes: they then ask for none.',
    'ana@example.com',
  ),
  autofill: described(
    autofill.optional(),
    'Document that goes with the workflow. It is checked, stored and returned; further fields are stored too.',
    { user_email: 'ana@example.com', send_email: true },
  ),
  skip_steps: skips.optional(),
  rule_set_uuid: requestUuid(
    'UUID of a rule set. Its active rules, as they are now, must be true after their steps.',
  ).optional(),
  steps: described(
    z
      .array(
        z.union([
          stepKey.transform((step) => ({ step, custom_id: null })),
          z.strictObject({
            step: stepKey,
            custom_id: described(
              customId.nullable().default(null),
              'Name of this step where several have one key: 1 to 64 letters, digits, _ or -. It serves as key in `setup`, `skip_steps` and expressions.',
              'second_consent',
            ),
          }),
        ]),
      )
      .min(1)
      .max(50),
    'Steps in the order in which they run, 1 to 50: step keys, or objects with a `custom_id`.',
    [EXAMPLE_KEYS.consent, { step: EXAMPLE_KEYS.consent, custom_id: 'second_consent' }],
  ),
}) satisfies z.ZodType<CreationBody>;

/** Fields that callers of the Workflows API send as `null`. */
export const ABSENT = ['recovery'];

export const createWorkflow = defineRoute({
  method: 'post',
  path: '/v1/workflows',
  summary: 'Create a workflow',
  description:
    'Creates a workflow of steps for one person. Answers once it is stored durably. It keeps the configuration that it names as it is now, except credentials. Mint a token afterwards, so that the person can act.',
  auth: { kind: 'key', scopes: ['runs:write'] },
  share: 'creations',
  idempotent: true,
  params: noFields,
  body: creationBody,
  result: runDocument,
  errors: ['unknown_step', 'invalid_expression', 'already_created'],
  example: CREATION_EXAMPLE,
  absentWhenNull: ABSENT,
  async handle({ body: given, caller, deps, reservation, request_id }) {
    return createdReply(await createRun(deps, { given, caller, reservation, request_id }));
  },
});
