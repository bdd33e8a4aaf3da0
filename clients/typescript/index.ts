/** A typed client of the API. Its calls and answers are typed by `docs/openapi.json`, its setups by the catalogue. */
import type { components } from './schema';

export { createCerciora, type Cerciora, type ClientOptions } from './client';
export { CercioraError, resultOf, type ErrorCode, type FieldError } from './errors';
export { eachItem, type PageQuery } from './pages';
export {
  verifyWebhook,
  WebhookVerificationError,
  type VerifiedWebhook,
  type VerifyOptions,
  type WebhookEvent,
  type WebhookHeaders,
  type WebhookTestEvent,
} from './webhooks';
export {
  createWorkflow,
  isStep,
  submitSessionStep,
  submitStep,
  type Step,
  type StepData,
  type StepInput,
  type StepKey,
  type StepPayloads,
  type StepSetups,
  type Verification,
  type Workflow,
  type WorkflowCreation,
} from './workflows';

/** Every schema of the API by its name, such as `Schemas['Workflow']`. */
export type Schemas = components['schemas'];
