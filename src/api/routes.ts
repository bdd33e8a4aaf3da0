/** All endpoints of the API. */
import { createApiKey, getApiKey, listApiKeys, revokeApiKey } from './v1/api-keys';
import { pauseConnector, resumeConnector, testConnector } from './v1/config/connector-control';
import { connectorRoutes } from './v1/config/connectors';
import { customizationRoutes } from './v1/config/customizations';
import { documentTemplateRoutes, getDocumentContent } from './v1/config/document-templates';
import { formRoutes } from './v1/config/forms';
import { knockoutRuleRoutes } from './v1/config/knockout-rules';
import { nipRoutes } from './v1/config/nips';
import { ruleSetRuleRoutes } from './v1/config/rule-set-rules';
import { ruleSetRoutes } from './v1/config/rule-sets';
import { templateBindingRoutes } from './v1/config/template-bindings';
import { createFromTemplate } from './v1/config/template-runs';
import { workflowTemplateRoutes } from './v1/config/workflow-templates';
import { healthz, readyz } from './health';
import type { Route } from './http/route';
import { changeAccount, getAccount } from './v1/account';
import { forgetPerson, getPerson } from './v1/people';
import { pauseSending, resumeSending } from './v1/sending';
import { validateExpression } from './v1/expressions/validate';
import { listReviews } from './v1/reviews/list';
import { getSession } from './v1/session/detail';
import { followSession } from './v1/session/events';
import { uploadInSession } from './v1/session/media';
import { startSession } from './v1/session/start';
import { submitInSession } from './v1/session/submit';
import { listStepTypes } from './v1/steps/catalogue';
import { listMediaOfStep, uploadToStep } from './v1/steps/media';
import { getStep } from './v1/steps/detail';
import { submitToStep } from './v1/steps/submit';
import { getMedia } from './v1/media/detail';
import { listActions, takeAction } from './v1/workflows/actions';
import { getUsage } from './v1/usage';
import { createWorkflow } from './v1/workflows/create';
import { getWorkflow } from './v1/workflows/detail';
import { listEvents } from './v1/workflows/events';
import { listWorkflows } from './v1/workflows/list';
import { advanceRun } from './v1/sandbox/advance';
import { listSandboxMessages } from './v1/sandbox/messages';
import { resendInSession } from './v1/session/resend';
import { resendOfStep } from './v1/steps/resend';
import { getDelivery } from './v1/webhook-deliveries/detail';
import { listDeliveries } from './v1/webhook-deliveries/list';
import { redeliver } from './v1/webhook-deliveries/redeliver';
import { redeliverMany } from './v1/webhook-deliveries/redeliver-many';
import { sendTestEvent } from './v1/webhook-deliveries/test';
import { rotateWebhookSecret } from './v1/webhook-secret/rotate';
import { erasePersonalData } from './v1/workflows/personal-data';
import { restartWorkflow } from './v1/workflows/restart';
import { startWorkflow } from './v1/workflows/start';
import { getToken, postToken, revokeTokens } from './v1/workflows/token';

export const routes: readonly Route[] = [
  listWorkflows,
  createWorkflow,
  getWorkflow,
  getToken,
  postToken,
  revokeTokens,
  erasePersonalData,
  restartWorkflow,
  listEvents,
  startWorkflow,
  listActions,
  takeAction,
  listReviews,
  listStepTypes,
  getStep,
  submitToStep,
  resendOfStep,
  uploadToStep,
  listMediaOfStep,
  getMedia,
  getSession,
  followSession,
  startSession,
  submitInSession,
  resendInSession,
  uploadInSession,
  ...connectorRoutes,
  testConnector,
  pauseConnector,
  resumeConnector,
  ...nipRoutes,
  ...formRoutes,
  ...knockoutRuleRoutes,
  ...ruleSetRoutes,
  ...ruleSetRuleRoutes,
  ...customizationRoutes,
  ...workflowTemplateRoutes,
  createFromTemplate,
  ...documentTemplateRoutes,
  getDocumentContent,
  ...templateBindingRoutes,
  validateExpression,
  getAccount,
  changeAccount,
  listApiKeys,
  createApiKey,
  getApiKey,
  revokeApiKey,
  listDeliveries,
  getDelivery,
  redeliver,
  redeliverMany,
  sendTestEvent,
  rotateWebhookSecret,
  getPerson,
  forgetPerson,
  pauseSending,
  resumeSending,
  getUsage,
  listSandboxMessages,
  advanceRun,
  healthz,
  readyz,
];
