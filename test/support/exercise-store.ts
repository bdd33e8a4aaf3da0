/** Calls every method of the stores of growing collections, with one run of one account. */
import { randomUUID } from 'node:crypto';
import { accountId } from '../../src/store/messaging/spending-ids';
import type { Stores } from '../../src/store/stores';
import type { RunRef, AccountScope } from '../../src/store/account-scope';
import type { WebhookDelivery } from '../../src/store/webhooks/webhook-deliveries';
import { endpointKey } from '../../src/store/webhooks/webhook-queues';
import { foldWithWebhooks } from '../../src/domain/run/outbox';
import { runCreated } from './new-run';
import { batchOf } from './store';

const PAGE = { skip: 0, limit: 10 };
const URL_OF_RECEIVER = 'https://backend.example/hook';

export async function exerciseStores(stores: Stores): Promise<void> {
  const created = runCreated({ callback_url: URL_OF_RECEIVER });
  const { view } = foldWithWebhooks(null, [created]);
  const tenant = { account_uuid: view.account_uuid, mode: view.mode };
  await exerciseRuns(stores, tenant, created);
  await exerciseMedia(stores, tenant, view);
  await exerciseMessages(stores, tenant, view);
  await exerciseWebhooks(stores, tenant, view);
  await exerciseRequests(stores, tenant, view);
  await exerciseErasure(stores, view);
}

async function exerciseRuns(
  { runs, runKeys, people, usage, stuckRuns }: Stores,
  tenant: AccountScope,
  created: ReturnType<typeof runCreated>,
): Promise<void> {
  const { view } = foldWithWebhooks(null, [created]);
  runs.onPendingWebhooks(() => undefined);
  const key = await runKeys.create(view);
  if (!key.equals(await runKeys.create(view))) throw new Error('a run got two keys');
  await runs.project(batchOf(null, [created], { sealed: '' }));
  const opened = {
    ...{ number: 2, at: created.at, type: 'run_opened' as const, actor: 'person' as const },
    ...{ step_uuid: null, data: { submission_id: null } },
  };
  await runs.project(batchOf(view, [opened], { task_time: 1 }));
  await runs.project(batchOf(view, [opened], { task_time: 2 }));
  const step = view.steps[0]?.uuid ?? '';
  await runs.find(tenant, view.uuid);
  await runs.load(view);
  await runs.findByStep(tenant, step);
  await runs.list(tenant, {}, { after: null, ...PAGE });
  await runs.listInReview(tenant, PAGE);
  await runs.events(tenant, view.uuid, PAGE);
  await runs.usesConnector(tenant.account_uuid, randomUUID());
  await runs.hasEvents(view, { number: 1, task_time: 0 });
  await runs.listNumbers([view]);
  await runs.findById(view.uuid);
  await runs.refOf(view.uuid);
  await runs.findWithEvents(view.uuid);
  await runs.ids(null, 10);
  await runs.ids('0', 10);
  const submission = { id: 's', step_uuid: step, sealed: Buffer.of(1), at: new Date() };
  await runs.storeSubmission(view, submission);
  await runs.removeSubmission(view, { id: 's', bytes: submission.sealed.length });
  const refused = { ...tenant, uuid: view.uuid };
  await stuckRuns.add(refused, { number: 99, cause: 'projection_gap' });
  await stuckRuns.list(tenant, PAGE);
  await stuckRuns.add(refused, { number: 1, cause: 'projection_gap' });
  await stuckRuns.list(tenant, PAGE);
  await people.forget(tenant, randomUUID());
  await people.forgottenAt(tenant, randomUUID());
  const period = { from: new Date(0), to: new Date() };
  await usage.runs(tenant, period);
  await usage.messages(tenant, period);
  await usage.receiptsByConnector(period);
}

async function exerciseMedia({ media }: Stores, tenant: AccountScope, run: RunRef): Promise<void> {
  const place = { ...tenant, run_uuid: run.uuid, step_uuid: randomUUID() };
  const key = Buffer.alloc(32, 1);
  const receive = () => media.write(place, key, oneChunk());
  const media_uuid = randomUUID();
  await media.assignName(run, await receive(), media_uuid);
  await media.confirm(run, media_uuid);
  const stored = await media.find(tenant.account_uuid, media_uuid);
  if (stored === null) throw new Error('a file was not found by its uuid');
  const bytes = await media.read(stored, key);
  if (bytes === null) throw new Error('a file has no bytes');
  for await (const chunk of bytes) if (chunk.length === 0) throw new Error('an empty chunk');
  await media.removeUnnamed(run, await receive());
  const [refused, taken] = [randomUUID(), randomUUID()];
  await media.assignName(run, await receive(), refused);
  await media.removeNamed(run, refused);
  await media.assignName(run, await receive(), taken);
  await receive();
  await media.sweep(new Date(Date.now() + 1), () => Promise.resolve([{ media_uuid: taken }]));
  if ((await media.removeAll(run)) !== 2) throw new Error('files of a run were left out');
}

async function* oneChunk(): AsyncGenerator<Buffer> {
  yield await Promise.resolve(Buffer.from('bytes'));
}

async function exerciseMessages(stores: Stores, tenant: AccountScope, run: RunRef): Promise<void> {
  const { sends, sandbox, spending, optOuts } = stores;
  const { account_uuid, mode } = tenant;
  const key = `${randomUUID()}-1-1`;
  const owner = { account_uuid, run_uuid: run.uuid };
  await sends.claim(key, { ...owner, mode, channel: 'sms', connector_uuid: null });
  await sends.findAnswer(owner, key);
  await sends.countFailure(owner, key, true);
  await sends.storeCost(owner, key, { amount: 1, currency: 'USD' });
  const said = { status: 'sent', refusal: null, error_code: null, gives_receipts: true } as const;
  await sends.answer(owner, key, { order: 1, send: 1, provider_id: 'p', ...said });
  await sends.findAll(account_uuid, [key]);
  await sends.recordReceipt({ ...owner, key }, 'p', 'delivered');
  await sends.providerIdOf(owner, key);
  await sends.providerIdsOf(run);
  const place = { run_uuid: run.uuid, step_uuid: randomUUID(), order: 1 };
  const message = {
    ...{ key, account_uuid, mode, to: '+525500000001', send: { ...place, send: 1 } },
    channel: 'sms' as const,
    template: { subject: '', text: '{{code}}', html: '' },
    ...{ language: 'es', account_name: 'Banco', code: '000000' },
    code_ref: { ...place, issue: 1, key_id: 'k', length: 6 },
  };
  await sandbox.store(message, 'sent', 'delivered');
  await sandbox.countRefused(message);
  await sandbox.findByKey(account_uuid, key);
  await sandbox.expectedReceipts(run);
  await sandbox.list(account_uuid, {}, PAGE);
  const [id, now] = [accountId(account_uuid), Date.now()];
  await spending.spend(id, 'k', now);
  await spending.refund(id, 'k', now);
  await spending.count(id, 'sends', now);
  await spending.read(account_uuid, [id], now);
  await spending.close(id, now + 1_000, now);
  await spending.open(id, now);
  await spending.countClosed(now);
  await optOuts.add(account_uuid, '+525500000001', ['+15005550006']);
  await optOuts.isOptedOut(account_uuid, '+525500000001', null);
  await optOuts.remove(account_uuid, '+525500000001', ['+15005550006']);
  await optOuts.remove(account_uuid, '+525500000001', []);
}

async function exerciseWebhooks(stores: Stores, tenant: AccountScope, run: RunRef): Promise<void> {
  const { pendingWebhooks, webhookDeliveries, webhookQueues } = stores;
  const { account_uuid } = run;
  const [owing] = await pendingWebhooks.find(new Date(), 10);
  if (owing === undefined) throw new Error('a run with a callback URL was not marked');
  await pendingWebhooks.findWithPending([run]);
  await pendingWebhooks.postpone(run, new Date());
  await pendingWebhooks.claim([owing]);
  await pendingWebhooks.load(run);
  await pendingWebhooks.offsets(account_uuid, [run.uuid]);
  await pendingWebhooks.clearGone(account_uuid, [run.uuid]);
  await pendingWebhooks.recordResult(run, { webhooks_gone: false });
  const queue = { account_uuid, queue: run.uuid };
  const delivery = deliveryOf(tenant, run);
  await webhookDeliveries.add([delivery]);
  await webhookDeliveries.add([delivery]);
  await webhookDeliveries.open(queue, 10);
  await webhookDeliveries.lastDelivered(queue);
  const tried = { status: 'retrying', fault: null, status_code: 500, latency_ms: 1 } as const;
  const times = { last_try_at: new Date(), next_try_at: null, delivered_at: null };
  await webhookDeliveries.recordAttempt(delivery, { ...tried, ...times, answer: null });
  await webhookDeliveries.changeUrl(run, URL_OF_RECEIVER);
  await webhookDeliveries.countOlderThan(queue, 1);
  await webhookDeliveries.find(tenant, delivery._id);
  await webhookDeliveries.list(tenant, { run_uuid: run.uuid }, PAGE);
  await webhookDeliveries.oldest(tenant, { called: true, created_after: new Date(0) }, 10);
  await webhookDeliveries.parkStale(0, 'receiver_down');
  await webhookDeliveries.parkOpen(queue, 'gone');
  await webhookDeliveries.reopen(account_uuid, [delivery._id], Date.now());
  const endpoint = endpointKey(account_uuid, tenant.mode, URL_OF_RECEIVER);
  const start = { _id: run.uuid, ...tenant, run_uuid: run.uuid, endpoint, url: URL_OF_RECEIVER };
  const now = new Date();
  await webhookQueues.add([start], now);
  await webhookQueues.changeUrl(run, URL_OF_RECEIVER);
  await webhookQueues.retryNow(account_uuid, [run.uuid], now);
  await webhookQueues.retryEndpointNow(start, new Date(0));
  const claim = () =>
    webhookQueues.claim('me', {
      ...{ account_uuid, now: new Date(), leaseMs: 0, except: ['elsewhere'] },
    });
  await webhookQueues.dueAccounts(now);
  const claimed = await claim();
  if (claimed === null) throw new Error('a queue that is due was not claimed');
  await webhookQueues.renewLease(claimed, now);
  await webhookQueues.release(claimed, { due_at: now, failures: 1, next_try: Date.now() });
  await webhookQueues.moveClock(queue, 1);
  await webhookQueues.advance(queue, 1);
  const again = await claim();
  if (again === null) throw new Error('a queue that was released was not claimed');
  await webhookQueues.finish(again, now);
  await webhookQueues.count();
}

function deliveryOf(tenant: AccountScope, run: RunRef): WebhookDelivery {
  return {
    ...{ _id: randomUUID(), queue: run.uuid, ...tenant, run_uuid: run.uuid },
    ...{ sequence: 1, number: 1, event: 'create', resource: 'workflow', resource_uuid: run.uuid },
    ...{ url: URL_OF_RECEIVER, status: 'pending', attempts: 0, fault: null, status_code: null },
    ...{ latency_ms: null, answer: null, created_at: new Date(), since: Date.now() },
    ...{ last_try_at: null, next_try_at: null, delivered_at: null },
  };
}

async function exerciseRequests(stores: Stores, tenant: AccountScope, run: RunRef): Promise<void> {
  const { idempotency, tokens } = stores;
  const lease = { account_uuid: run.account_uuid, id: randomUUID(), owner: 'a' };
  const other = { ...lease, owner: 'b' };
  await idempotency.claim(lease, ['body'], 1_000);
  await idempotency.renew(lease, 1_000);
  await idempotency.release(lease);
  await idempotency.claim(other, ['body'], 100_000);
  await idempotency.finish(other, { status: 200, body: '{}', run_uuid: run.uuid });
  await idempotency.claim(lease, ['body']);
  const minted = await tokens.mint(tenant, {
    run_uuid: run.uuid,
    redirect_url: null,
    language: 'es',
  });
  if (minted === null) throw new Error('no token was minted');
  const authenticated = await tokens.authenticate(minted.token);
  await tokens.findActive(authenticated === null ? [] : [authenticated]);
  await tokens.findByLink(minted.link);
  await tokens.revokeAll(run);
  await tokens.erase(run);
}

async function exerciseErasure(stores: Stores, run: RunRef): Promise<void> {
  const { runErasure, runKeys, sandbox } = stores;
  await runKeys.rotate();
  await runKeys.find(run);
  await runErasure.hasBegun(run);
  await runErasure.begin(run, {});
  for await (const each of runErasure.unfinished(new Date(Date.now() + 1))) {
    if (each.uuid !== run.uuid) throw new Error('another run is being erased');
  }
  await sandbox.removeByRun(run);
  await runKeys.destroy(run);
  await runErasure.finish(run);
  await runErasure.listBegun([run]);
}
