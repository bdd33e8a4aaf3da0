import type { Response } from 'express';
import { isFinalRun } from '../../../domain/run/outcome';
import type { ApiDependencies } from '../../dependencies';
import type { RunRecord } from '../../../store/runs/runs';
import { progress } from '../../openapi/runs';
import { DomainError } from '../../../application/domain-error';
import type { RequestContext, TokenCaller } from '../../server/request-context';
import { defineRoute, noFields } from '../../server/route';
import { findSessionRun } from '../../../application/runs/find-run';
import { presentProgress } from '../../../presentation/present-run';

/** Maximum streams per run: more than one person needs. */
const MAX_STREAMS_PER_RUN = 5;
/** Maximum streams per account and process: all streams are polled in one query. */
const MAX_STREAMS_PER_ACCOUNT = 2_000;
/** Interval of comments in milliseconds: proxies close connections without data after a minute. */
const HEARTBEAT_MS = 15_000;
/** Maximum duration of a stream in milliseconds. The client then connects again. */
const LIFE_MS = 5 * 60_000;
const RECONNECT_MS = 2_000;

/**
 * Streams the progress of a run as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html):
 * `progress` immediately and after each change, `end` after the last one. Ends within some seconds after its token was
 * revoked. Details are read from `GET /v1/session`.
 */
export const followSession = defineRoute({
  method: 'get',
  path: '/v1/session/events',
  summary: 'Follow the workflow as server-sent events',
  description:
    'Sends `progress` at once and after each change, and `end` after the last one; a comment every 15 seconds keeps the connection open. The stream ends after 5 minutes: connect again. Up to 5 streams per workflow. Details are read from `GET /v1/session`.',
  auth: { kind: 'token' },
  params: noFields,
  result: progress,
  isStream: true,
  async handle(context) {
    const run = await findSessionRun(context.deps, context.caller);
    requireRoom(context.deps, run);
    return { result: null, stream: (response) => follow(context, run, response) };
  },
});

/** @throws DomainError `rate_limited`. */
function requireRoom({ progress }: Pick<ApiDependencies, 'progress'>, run: RunRecord): void {
  if (progress.countOf(run._id) >= MAX_STREAMS_PER_RUN) {
    throw tooMany('Too many pages follow this run. Close one.');
  }
  if (progress.countOfAccount(run.account_uuid) >= MAX_STREAMS_PER_ACCOUNT) {
    throw tooMany("Too many pages follow the account's runs. Try again in a moment.");
  }
}

function tooMany(message: string): DomainError {
  return new DomainError('rate_limited', message, { retry_after: 10 });
}

type Following = Pick<
  RequestContext<unknown, unknown, unknown, TokenCaller>,
  'deps' | 'caller' | 'request'
>;

function follow({ deps, caller, request }: Following, run: RunRecord, response: Response): void {
  begin(response);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  const watcher = {
    uuid: run._id,
    account_uuid: run.account_uuid,
    number: 0,
    token: caller.token,
    async changed() {
      tell(await findSessionRun(deps, caller));
    },
    stopped: () => response.end(),
  };
  const tell = ({ view, number }: RunRecord) => {
    watcher.number = number;
    response.write(eventOf('progress', presentProgress(view), number));
    if (isFinalRun(view.status)) response.end(eventOf('end', {}, number));
  };
  tell(run);
  if (response.writableEnded) return;
  const forget = deps.progress.add(watcher);
  const beat = setInterval(() => response.write(': still here\n\n'), HEARTBEAT_MS);
  const life = setTimeout(() => response.end(), LIFE_MS);
  response.once('close', () => {
    forget();
    clearInterval(beat);
    clearTimeout(life);
  });
}

function begin(response: Response): void {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    // Disables buffering in proxies (nginx).
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  response.write(`retry: ${RECONNECT_MS}\n\n`);
}

function eventOf(name: string, data: object, id: number): string {
  return `id: ${id}\nevent: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
