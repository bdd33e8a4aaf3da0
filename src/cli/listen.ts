/**
 * `listen`: forwards webhooks to a developer's machine. It reads the deliveries over the API, whatever their status,
 * and sends each one with the service's signature. The machine needs no public address.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { webhookHeaders } from '../platform/crypto/webhook-signature';
import { findStack } from './running-stack';

const POLL_MS = 500;
const AWAY_MS = 2_000;
const PER_PAGE = 100;
const FORWARD_TIMEOUT_MS = 15_000;
/** Deliveries may become visible out of order by up to this time, in milliseconds. */
const OVERLAP_MS = 5_000;

interface Options {
  forwardTo: string;
  apiUrl?: string;
  key?: string;
  secret?: string;
}

interface Delivery {
  uuid: string;
  workflow_uuid: string | null;
  sequence: number;
  event: string;
  resource: string;
  created_at: string;
}

interface Source {
  api_url: string;
  key: string;
  secret: string;
  to: string;
}

export function listenCommand(program: Command): void {
  program
    .command('listen')
    .description('forwards webhooks of test runs to this machine, signed as in production')
    .requiredOption('--forward-to <url>', 'where your backend takes webhooks')
    .option('--api-url <url>', 'the API; that of `npm start` by default')
    .option('--key <key>', 'a key with runs:read; CERCIORA_KEY, or that of `npm start`')
    .option('--secret <whsec>', "the account's; CERCIORA_WEBHOOK_SECRET, or that of `npm start`")
    .addHelpText(
      'after',
      '\nExample:\n  cerciora listen --forward-to http://localhost:3000/webhooks\n' +
        '\nRuns are told of that have a callback_url. One under .invalid, such as\n' +
        'https://listen.invalid/, is called by nobody but this command.',
    )
    .action(async (options: Options) => {
      const source = sourceOf(options);
      process.stderr.write(`listening at ${source.api_url}, forwarding to ${source.to}\n`);
      await listen(source, untilStopped());
    });
}

function sourceOf({ forwardTo: to, ...options }: Options): Source {
  const dev = findStack();
  const { CERCIORA_KEY, CERCIORA_WEBHOOK_SECRET } = process.env;
  if (!URL.canParse(to)) throw new Error('--forward-to is no address');
  return {
    api_url: required('--api-url', options.apiUrl ?? dev?.api_url),
    key: required('--key', options.key ?? CERCIORA_KEY ?? dev?.test_key),
    secret: required('--secret', options.secret ?? CERCIORA_WEBHOOK_SECRET ?? dev?.webhook_secret),
    to,
  };
}

function required(option: string, value: string | undefined): string {
  if (value !== undefined) return value;
  throw new Error(`name ${option}, or run it in the folder where \`npm start\` runs`);
}

function untilStopped(): AbortSignal {
  const stop = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stop.abort();
    });
  }
  return stop.signal;
}

async function listen(source: Source, stop: AbortSignal): Promise<void> {
  const seen = new Set<string>();
  let since: number | null = null;
  while (!stop.aborted) {
    try {
      // Skips deliveries from before the start.
      since ??= await newestOf(source, seen);
      for (const delivery of await freshOf(source, since, seen)) {
        await forward(source, delivery);
        seen.add(delivery.uuid);
        since = Math.max(since, Date.parse(delivery.created_at));
      }
      await sleep(POLL_MS, undefined, { signal: stop }).catch(() => undefined);
    } catch (error) {
      process.stderr.write(`${messageOf(error)}; trying again\n`);
      await sleep(AWAY_MS, undefined, { signal: stop }).catch(() => undefined);
    }
  }
}

async function newestOf(source: Source, seen: Set<string>): Promise<number> {
  const { data } = await read<{ data: Delivery[] }>(source, `?per_page=${PER_PAGE}`);
  for (const { uuid } of data) seen.add(uuid);
  return Date.parse(data[0]?.created_at ?? '1970-01-01T00:00:00Z');
}

/** Returns the deliveries that were not forwarded yet, in order of creation. */
async function freshOf(
  source: Source,
  since: number,
  seen: ReadonlySet<string>,
): Promise<Delivery[]> {
  const after = new Date(Math.max(0, since - OVERLAP_MS)).toISOString();
  const fresh: Delivery[] = [];
  for (let page = 1; ; page += 1) {
    const query = `?created_after=${after}&per_page=${PER_PAGE}&page=${page}`;
    const { data } = await read<{ data: Delivery[] }>(source, query);
    fresh.push(...data.filter(({ uuid }) => !seen.has(uuid)));
    if (data.length < PER_PAGE) break;
  }
  return fresh.sort(
    (one, other) =>
      Date.parse(one.created_at) - Date.parse(other.created_at) || one.sequence - other.sequence,
  );
}

async function forward(source: Source, delivery: Delivery): Promise<void> {
  const { body } = await read<{ body: string | null }>(source, `/${delivery.uuid}`);
  if (body === null) return;
  const signable = { id: delivery.uuid, timestamp: Math.floor(Date.now() / 1_000), body };
  const headers = webhookHeaders([source.secret], signable, delivery.sequence);
  const answer = await fetch(source.to, {
    ...{ method: 'POST', headers, body, redirect: 'manual' },
    signal: AbortSignal.timeout(FORWARD_TIMEOUT_MS),
  }).then(
    async (response) => {
      await response.body?.cancel();
      return String(response.status);
    },
    (error: unknown) => messageOf(error),
  );
  const { workflow_uuid, sequence, event, resource } = delivery;
  process.stdout.write(
    `${workflow_uuid ?? 'test'}  ${sequence}  ${event} ${resource}  ${answer}\n`,
  );
}

async function read<Result>({ api_url, key }: Source, path: string): Promise<Result> {
  const response = await fetch(new URL(`/v1/webhook-deliveries${path}`, api_url), {
    headers: { authorization: `Bearer ${key}` },
  });
  const { result, error } = (await response.json()) as {
    result: Result;
    error?: { message: string };
  };
  if (error !== undefined) throw new Error(error.message);
  return result;
}

/** Returns the cause of a failed fetch, which is more specific than the error itself. */
function messageOf(error: unknown): string {
  const { message, cause } = error as { message?: string; cause?: { code?: string } };
  return cause?.code ?? message ?? 'failed';
}
