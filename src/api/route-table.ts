/** All endpoints of the API. */
import { createApiKey, getApiKey, listApiKeys, revokeApiKey } from './routes/api-keys';
import { pauseConnector, resumeConnector, testConnector } from './routes/config/connector-control';
import { connectorRoutes } from './routes/config/connectors';
import { customizationRoutes } from './routes/config/customizations';
import { documentTemplateRoutes, getDocumentContent } from './routes/config/document-templates';
import { formRoutes } from './routes/config/forms';
import { knockoutRuleRoutes } from './routes/config/knockout-rules';
import { nipRoutes } from './routes/config/nips';
import { ruleSetRuleRoutes } from './routes/config/rule-set-rules';
import { ruleSetRoutes } from './routes/config/rule-sets';
import { templateBindingRoutes } from './routes/config/template-bindings';
import { createFromTemplate } from './routes/config/template-runs';
import { workflowTemplateRoutes } from './routes/config/workflow-templates';
import { healthz, readyz } from './health';
import type { Route } from './server/route';
import { changeAccount, getAccount } from './routes/account';
import { forgetPerson, getPerson } from './routes/people';
import { pauseSending, resumeSending } from './routes/sending';
import { validateExpression } from './routes/expressions/validate';
import { listReviews } from './routes/reviews/list';
import { listStuck } from './routes/stuck/list';
import { getSession } from './routes/session/detail';
import { followSession } from './routes/session/events';
import { uploadInSession } from './routes/session/media';
import { startSession } from './routes/session/start';
import { submitInSession } from './routes/session/submit';
import { listStepTypes } from './routes/steps/catalogue';
import { listMediaOfStep, uploadToStep } from './routes/steps/media';
import { getStep } from './routes/steps/detail';
import { submitToStep } from './routes/steps/submit';
import { getMedia } from './routes/media/detail';
import { listActions, takeAction } from './routes/workflows/actions';
import { getUsage } from './routes/usage';
import { createWorkflow } from './routes/workflows/create';
import { getWorkflow } from './routes/workflows/detail';
import { listEvents } from './routes/workflows/events';
import { listWorkflows } from './routes/workflows/list';
import { advanceRun } from './routes/sandbox/advance';
import { listSandboxMessages } from './routes/sandbox/messages';
import { resendInSession } from './routes/session/resend';
import { resendOfStep } from './routes/steps/resend';
import { getDelivery } from './routes/webhook-deliveries/detail';
import { listDeliveries } from './routes/webhook-deliveries/list';
import { redeliver } from './routes/webhook-deliveries/redeliver';
import { redeliverMany } from './routes/webhook-deliveries/redeliver-many';
import { sendTestEvent } from './routes/webhook-deliveries/test';
import { rotateWebhookSecret } from './routes/webhook-secret/rotate';
import { erasePersonalData } from './routes/workflows/personal-data';
import { restartWorkflow } from './routes/workflows/restart';
import { startWorkflow } from './routes/workflows/start';
import { getToken, postToken, revokeTokens } from './routes/workflows/token';

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
  listStuck,
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
