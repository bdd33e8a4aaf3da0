/** Temporal client of the API. Connects lazily: a process can start before its server. */
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  Client,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  WorkflowExecutionAlreadyStartedError,
} from '@temporalio/client';
import { type SearchAttributePair, type UpdateDefinition } from '@temporalio/common';
import { concurrencyLimit } from '../concurrency-limit';
import type { RunSummary } from '../../domain/run/run-summary';
import {
  actionUpdate,
  advanceUpdate,
  reconcileSignal,
  reportSignal,
  resendUpdate,
  startUpdate,
  submitUpdate,
  uploadUpdate,
  VERIFICATION_RUN,
} from '../../workflows/messages/messages';
import { publicText, unwrapPlain } from '../../workflows/converters/payload-converter';
import { searchAttributes } from '../../workflows/messages/search-attributes';
import { connectionOptions, type TemporalConfig } from './connection';
import { createDataConverter } from './data-converter';
import {
  RunBusy,
  RunRefused,
  TemporalUnavailable,
  type NewRun,
  type ReceiptMessage,
  type RunGateway,
} from './run-gateway';
import { isUndecided, RESOURCE_EXHAUSTED, translateError } from './translate-errors';

/** Time limit for Temporal and a worker, in milliseconds: less than 5 s together with MongoDB's share. */
const CALL_TIMEOUT_MS = 3_000;
const PING_TIMEOUT_MS = 1_500;
/** Maximum calls for one run that are running or waiting in a process: far more than a person causes. */
const MAX_CALLS_PER_RUN = 16;

const defaults = defaultGrpcRetryOptions();
/** The SDK's own retries, except when the server is busy with this run: its caller gets an error instead. */
const retryOptions: typeof defaults = {
  ...defaults,
  retryableDecider: (attempt, status) =>
    (status.code as number) !== RESOURCE_EXHAUSTED && defaults.retryableDecider(attempt, status),
};

/**
 * Creates a Temporal client with the service's encryption. An impatient client reports a busy run instead of retrying.
 */
export function createClient(
  config: TemporalConfig,
  patience: 'patient' | 'impatient' = 'patient',
): Client {
  const interceptors = [makeGrpcRetryInterceptor(patience === 'patient' ? defaults : retryOptions)];
  return new Client({
    connection: Connection.lazy({ ...connectionOptions(config), interceptors }),
    namespace: config.TEMPORAL_NAMESPACE,
    dataConverter: createDataConverter(config.ENCRYPTION_KEYS),
  });
}

/** Creates the gateway over a client. `timeoutMs`: time limit of a call. */
export function createGateway(
  client: Client,
  taskQueue: string,
  timeoutMs = CALL_TIMEOUT_MS,
): RunGateway {
  const within = async <Result>(
    call: () => Promise<Result>,
    limit = timeoutMs,
  ): Promise<Result> => {
    try {
      // The SDK's delays between attempts ignore the deadline.
      return await Promise.race([client.withDeadline(Date.now() + limit, call), tooLate(limit)]);
    } catch (error) {
      throw translateError(error);
    }
  };
  const updates = updater(client, within);
  const advance = updates(advanceUpdate);
  return {
    start: (run) => within(() => startRun(client, taskQueue, run)),
    open: updates(startUpdate),
    submit: updates(submitUpdate, ({ id }) => id),
    upload: updates(uploadUpdate, ({ media_uuid }) => media_uuid),
    resend: updates(resendUpdate),
    act: updates(actionUpdate),
    advance: (uuid, minutes, updateId) => advance(uuid, { minutes }, updateId),
    report: (uuid, receipt) => within(() => reportTo(client, uuid, receipt)).catch(unlessOver),
    reconcile: (uuid) => within(() => client.workflow.getHandle(uuid).signal(reconcileSignal)),
    ping: async () => {
      await within(() => client.connection.workflowService.getSystemInfo({}), PING_TIMEOUT_MS);
    },
  };
}

type Within = <Result>(call: () => Promise<Result>) => Promise<Result>;

/**
 * Creates functions that send an update to a run, one at a time for each run. A run handles its messages serially
 * anyway, and a Temporal server that gets many updates for one workflow at once drops their tasks and executes them
 * repeatedly. `idOf`: the update's id, for messages that have one.
 */
function updater(client: Client, within: Within) {
  const acquireTurn = concurrencyLimit({
    parallel: 1,
    capacity: MAX_CALLS_PER_RUN,
    full: () => new RunBusy('Too many messages are in progress.'),
  });
  return <Message>(
      definition: UpdateDefinition<RunSummary, [Message]>,
      idOf: (message: Message) => string = () => randomUUID(),
    ) =>
    (uuid: string, message: Message, updateId = idOf(message)): Promise<RunSummary> =>
      within(async () => {
        const handle = client.workflow.getHandle(uuid);
        const options = { args: [message] as [Message], updateId };
        const release = await acquireTurn(uuid);
        try {
          return await handle.executeUpdate(definition, options);
        } catch (error) {
          // Sending the same update again is safe, and reaches the next task or the next execution of the run.
          if (!isUndecided(error)) throw error;
          return await handle.executeUpdate(definition, options);
        } finally {
          release();
        }
      });
}

/** Signals a receipt to a run as a report, whose content only its step type reads. */
function reportTo(
  client: Client,
  uuid: string,
  { step_uuid, ...report }: ReceiptMessage,
): Promise<void> {
  return client.workflow.getHandle(uuid).signal(reportSignal, { step_uuid, report });
}

function unlessOver(error: unknown): void {
  if (!(error instanceof RunRefused)) throw error;
}

async function tooLate(limit: number): Promise<never> {
  await sleep(limit + 100, undefined, { ref: false });
  throw new TemporalUnavailable('Temporal did not answer in time.');
}

async function startRun(client: Client, taskQueue: string, run: NewRun): Promise<number> {
  const { at, data } = run.input.created;
  try {
    await client.workflow.start(VERIFICATION_RUN, {
      workflowId: data.run_uuid,
      taskQueue,
      args: [run.input],
      workflowIdReusePolicy: 'REJECT_DUPLICATE',
      workflowIdConflictPolicy: 'FAIL',
      // Detects a worker that died during a task after this time; the server's default is 10 s.
      workflowTaskTimeout: '3s',
      staticSummary: publicText(data.steps.map((step) => step.custom_id ?? step.key).join(' → ')),
      memo: { request_id: publicText(run.request_id), created_at: publicText(String(at)) },
      typedSearchAttributes: attributesOf(run),
    });
    return at;
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const { memo } = await client.workflow.getHandle(data.run_uuid).describe();
    const first = Number(unwrapPlain(memo?.['created_at']) ?? at);
    if (!Number.isFinite(first)) throw new TemporalUnavailable('The run is of another service.');
    return first;
  }
}

function attributesOf(run: NewRun): SearchAttributePair[] {
  const { account_uuid, settings, steps } = run.input.created.data;
  const pairs: SearchAttributePair[] = [
    { key: searchAttributes.accountId, value: account_uuid },
    { key: searchAttributes.runStatus, value: 'pending' },
  ];
  const [first] = steps;
  if (first !== undefined) {
    pairs.push({ key: searchAttributes.currentStep, value: first.custom_id ?? first.key });
  }
  if (settings.template_uuid !== null) {
    pairs.push({ key: searchAttributes.templateUuid, value: settings.template_uuid });
  }
  if (run.external_reference_hash !== null) {
    pairs.push({ key: searchAttributes.externalReferenceId, value: run.external_reference_hash });
  }
  return pairs;
}
