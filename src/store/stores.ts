import type { Connection } from 'mongoose';
import type { Config } from '../platform/config';
import { AccountStore } from './accounts/accounts';
import { ApiKeyStore } from './accounts/api-keys';
import { IdempotencyStore } from './accounts/idempotency';
import { RunKeyStore } from './runs/run-keys';
import { RunErasure } from './runs/run-erasure';
import { RunStore } from './runs/runs';
import { StuckRunStore } from './runs/stuck-runs';
import { FormStore, NipStore } from './configuration/configuration';
import { ConnectorStore } from './configuration/connectors';
import { MediaStore, type MediaConfig } from './media/media';
import { OptOutStore } from './messaging/opt-outs';
import {
  CustomizationStore,
  DocumentTemplateStore,
  KnockoutRuleStore,
  RuleSetStore,
  TemplateBindingStore,
  WorkflowTemplateStore,
} from './configuration/flow-configuration';
import { SandboxStore } from './messaging/sandbox-messages';
import { SendStore } from './messaging/sends';
import { PeopleStore } from './accounts/people';
import { PendingWebhookStore } from './webhooks/pending-webhooks';
import { SendingRules } from './messaging/sending-rules';
import { SpendingStore } from './messaging/spending';
import { UsageStore } from './accounts/usage';
import { TokenStore } from './runs/tokens';
import { WebhookDeliveryStore } from './webhooks/webhook-deliveries';
import { WebhookQueueStore } from './webhooks/webhook-queues';
import { WebhookSecrets } from './webhooks/webhook-secrets';

/** All stores in MongoDB. */
export interface Stores {
  accounts: AccountStore;
  apiKeys: ApiKeyStore;
  idempotency: IdempotencyStore;
  runKeys: RunKeyStore;
  runs: RunStore;
  runErasure: RunErasure;
  stuckRuns: StuckRunStore;
  connectors: ConnectorStore;
  forms: FormStore;
  nips: NipStore;
  knockoutRules: KnockoutRuleStore;
  ruleSets: RuleSetStore;
  customizations: CustomizationStore;
  workflowTemplates: WorkflowTemplateStore;
  documentTemplates: DocumentTemplateStore;
  templateBindings: TemplateBindingStore;
  sandbox: SandboxStore;
  sends: SendStore;
  media: MediaStore;
  optOuts: OptOutStore;
  people: PeopleStore;
  spending: SpendingStore;
  sendingRules: SendingRules;
  usage: UsageStore;
  tokens: TokenStore;
  pendingWebhooks: PendingWebhookStore;
  webhookDeliveries: WebhookDeliveryStore;
  webhookQueues: WebhookQueueStore;
  webhookSecrets: WebhookSecrets;
}

/** Creates the stores of a connection. Call once for each connection. */
export function createStores(
  connection: Connection,
  {
    ENCRYPTION_KEYS,
    HASH_KEYS,
    ...config
  }: Pick<Config, 'ENCRYPTION_KEYS' | 'HASH_KEYS'> & Partial<MediaConfig>,
): Stores {
  const accounts = new AccountStore(connection, ENCRYPTION_KEYS);
  const runKeys = new RunKeyStore(connection, ENCRYPTION_KEYS);
  const runErasure = new RunErasure(connection);
  return {
    accounts,
    apiKeys: new ApiKeyStore(connection),
    sendingRules: new SendingRules(connection, accounts),
    idempotency: new IdempotencyStore(connection, ENCRYPTION_KEYS, runKeys),
    runKeys,
    runs: new RunStore(connection),
    runErasure,
    stuckRuns: new StuckRunStore(connection),
    connectors: new ConnectorStore(connection, ENCRYPTION_KEYS),
    forms: new FormStore(connection),
    nips: new NipStore(connection),
    knockoutRules: new KnockoutRuleStore(connection),
    ruleSets: new RuleSetStore(connection),
    customizations: new CustomizationStore(connection),
    workflowTemplates: new WorkflowTemplateStore(connection),
    documentTemplates: new DocumentTemplateStore(connection),
    templateBindings: new TemplateBindingStore(connection),
    sandbox: new SandboxStore(connection, { ENCRYPTION_KEYS, HASH_KEYS }, runErasure),
    sends: new SendStore(connection),
    media: new MediaStore(connection, config, runErasure),
    optOuts: new OptOutStore(connection, HASH_KEYS),
    people: new PeopleStore(connection),
    spending: new SpendingStore(connection),
    usage: new UsageStore(connection),
    tokens: new TokenStore(connection),
    pendingWebhooks: new PendingWebhookStore(connection),
    webhookDeliveries: new WebhookDeliveryStore(connection),
    webhookQueues: new WebhookQueueStore(connection),
    webhookSecrets: new WebhookSecrets(connection, ENCRYPTION_KEYS),
  };
}

/** Creates missing indexes. Safe to repeat, and in several processes at once. */
export async function createIndexes(stores: Stores): Promise<void> {
  await stores.apiKeys.createIndexes();
  await stores.idempotency.createIndexes();
  await stores.runs.createIndexes();
  await stores.stuckRuns.createIndexes();
  await stores.connectors.createIndexes();
  await stores.forms.createIndexes();
  await stores.nips.createIndexes();
  await stores.knockoutRules.createIndexes();
  await stores.ruleSets.createIndexes();
  await stores.customizations.createIndexes();
  await stores.workflowTemplates.createIndexes();
  await stores.documentTemplates.createIndexes();
  await stores.templateBindings.createIndexes();
  await stores.sandbox.createIndexes();
  await stores.sends.createIndexes();
  await stores.media.createIndexes();
  await stores.spending.createIndexes();
  await stores.tokens.createIndexes();
  await stores.webhookDeliveries.createIndexes();
  await stores.webhookQueues.createIndexes();
}
