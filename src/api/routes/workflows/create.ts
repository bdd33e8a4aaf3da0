import { z } from 'zod';
import { CREATION_EXAMPLE } from '../../../steps/creation-example';
import { stepSchemas } from '../../../steps/schemas';
import { run as runDocument } from '../../openapi/runs';
import { email, language, object, phone } from '../../fields';
import { createRun } from '../../../application/creation/create-run';
import type { CreationBody } from '../../../application/creation/creation-body';
import { createdReply } from '../../created-reply';
import { defineRoute, noFields } from '../../server/route';
import { autofill } from './autofill';

const customId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, 'must be 1 to 64 letters, digits, _ or -');
/** Beyond 2^53 an integer can't be returned as given. */
const exactNumber = z
  .number()
  .refine((number) => !Number.isInteger(number) || Number.isSafeInteger(number), 'is too large');
/** A step key. The list is only documented: an unknown key has an error code of its own. */
const stepKey = z.string().meta({ override: { enum: Object.keys(stepSchemas) } });
const setups = object.meta({
  description: 'By step key or custom id: what `GET /v1/steps` shows as `setup` of the step.',
});

/** Maximum entries of `skip_steps`. Entries for missing steps are allowed. */
const MAX_SKIPS = 100;
const skips = z
  .record(z.string().min(1).max(64), z.string())
  .refine((all) => Object.keys(all).length <= MAX_SKIPS, `has more than ${MAX_SKIPS} entries`)
  .meta({
    description:
      'By step key or custom id: an expression over the steps before it. True: the step is skipped.',
    override: { maxProperties: MAX_SKIPS },
  });

/** Schema of a creation. */
export const creationBody = z.strictObject({
  people_uuid: z.uuid().toLowerCase().optional(),
  responsible_uuid: z.uuid().toLowerCase().optional(),
  callback_url: z.string().optional(),
  disable_geolocation: z.boolean().default(false),
  external_reference_id: z.union([z.string().min(1).max(255), exactNumber]).optional(),
  setup: setups.default({}),
  metadata: object.optional(),
  expires_in: z.int().min(0).max(525_600).default(0),
  abandon_after: z.int().min(1).max(525_600).optional(),
  language: language.optional(),
  start: z.enum(['immediate', 'on_open']).optional(),
  phone: phone.optional(),
  email: email.optional(),
  autofill: autofill.optional(),
  skip_steps: skips.optional(),
  rule_set_uuid: z
    .uuid()
    .toLowerCase()
    .meta({ description: 'Its active rules, as they are now, must hold after their steps.' })
    .optional(),
  steps: z
    .array(
      z.union([
        stepKey.transform((step) => ({ step, custom_id: null })),
        z.strictObject({ step: stepKey, custom_id: customId.nullable().default(null) }),
      ]),
    )
    .min(1)
    .max(50),
}) satisfies z.ZodType<CreationBody>;

/** Fields that callers of the Workflows API send as `null`. */
export const ABSENT = ['recovery'];

export const createWorkflow = defineRoute({
  method: 'post',
  path: '/v1/workflows',
  summary: 'Create a workflow',
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
