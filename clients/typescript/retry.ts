/** Repeats calls that got no answer, or an answer that says to try again. */

export type Send = (request: Request) => Promise<Response>;

export interface RetryOptions {
  /** Maximum attempts of a call. */
  tries: number;
  /** Longest wait between two attempts, in seconds. A call whose `Retry-After` is longer is not repeated. */
  longestWait: number;
}

/** First pause without a `Retry-After`, in milliseconds; each further one is twice as long. */
const PAUSE_MS = 250;
/** Answers without a decision of the API. */
const UNDECIDED: ReadonlySet<number> = new Set([502, 503, 504]);

/**
 * Sends a request until it gets a decision. Repeats network errors, 502, 503 and 504, `rate_limited` (429) and
 * `idempotency_in_progress` (409). Returns the last answer. @throws the last network error, or the abort reason of the
 * request.
 */
export async function sendWithRetries(
  request: Request,
  send: Send,
  { tries, longestWait }: RetryOptions,
): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const isLast = attempt >= tries;
    const answer = await send(request.clone()).catch((error: unknown) => {
      if (isLast || request.signal.aborted) throw error;
      return null;
    });
    if (answer !== null && (isLast || !(await canRepeat(answer)))) return answer;
    const seconds = answer === null ? null : retryAfter(answer);
    if (answer !== null && seconds !== null && seconds > longestWait) return answer;
    const pause = PAUSE_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2);
    await wait(Math.max(pause, (seconds ?? 0) * 1_000), request.signal);
  }
}

async function canRepeat(answer: Response): Promise<boolean> {
  if (UNDECIDED.has(answer.status)) return true;
  if (answer.status !== 429 && answer.status !== 409) return false;
  const code = await codeOf(answer);
  // Others with these statuses are decisions: a code that was typed too often, or a resend that comes too soon.
  return code === 'rate_limited' || code === 'idempotency_in_progress';
}

async function codeOf(answer: Response): Promise<unknown> {
  const body: unknown = await answer
    .clone()
    .json()
    .catch(() => null);
  const { error } = (body ?? {}) as { error?: { code?: unknown } };
  return error?.code;
}

/** Parses `Retry-After` (RFC 9110, 10.2.3) to seconds; null if missing or invalid. */
export function retryAfter({ headers }: Response): number | null {
  const text = headers.get('Retry-After')?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, (at - Date.now()) / 1_000);
}

/** Resolves after some milliseconds. @throws the abort reason of the signal. */
function wait(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, milliseconds);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
  });
}
