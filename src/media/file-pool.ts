/** Reads files in worker threads, with limits of time and memory. */
import { Worker } from 'node:worker_threads';
// The main thread must load sharp's native library first (sharp's documentation, "Worker threads").
import 'sharp';
import { FilesBusy, type FileAnswers, type FileOutcome, type FileTask } from './file-task';
import { ContentRefused } from './file-scanner';

/** Each thread may decode a picture of `MEDIA_MAX_PIXELS`, about 10 bytes a pixel. */
const THREADS = 2;
const MAX_MS = 12_000;
/** Maximum waiting files in all and per account, so that one account can't block the others. */
const MAX_WAITING = 100;
const MAX_WAITING_PER_ACCOUNT = 16;
/** Limits JavaScript's own heap. Decoders limit theirs: picture.ts by pixels, pdf.ts by WebAssembly's memory. */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 96, maxYoungGenerationSizeMb: 16 };

interface Job {
  task: FileTask;
  resolve(answer: FileAnswers[keyof FileAnswers]): void;
  reject(error: Error): void;
}

export class FilePool {
  /** Waiting jobs by account, in the order of their turns. */
  private readonly waiting = new Map<string, Job[]>();
  private readonly idle: Worker[] = [];
  private busy = 0;

  constructor(
    private readonly entry = require.resolve('./file-thread.js'),
    private readonly maxMs = MAX_MS,
  ) {}

  /**
   * Runs a task when it is its account's turn. The bytes are transferred to the thread and can't be used afterwards.
   * @throws ContentRefused if the file is refused, or exceeds the limits of time or memory. @throws FilesBusy.
   */
  async run<Kind extends keyof FileAnswers>(
    task: FileTask<Kind>,
    account: string,
  ): Promise<FileAnswers[Kind]> {
    const ofAccount = this.waiting.get(account) ?? [];
    const all = [...this.waiting.values()].reduce((sum, jobs) => sum + jobs.length, 0);
    if (ofAccount.length >= MAX_WAITING_PER_ACCOUNT || all >= MAX_WAITING) {
      throw new FilesBusy('Too many files wait to be read.');
    }
    return new Promise<FileAnswers[Kind]>((resolve, reject) => {
      const job = { task, resolve: resolve as Job['resolve'], reject };
      this.waiting.set(account, [...ofAccount, job]);
      this.next();
    });
  }

  /** Starts the first job of the account whose turn it is; the account's next job waits for another turn. */
  private next(): void {
    const [first] = this.waiting;
    if (first === undefined || this.busy >= THREADS) return;
    const [account, [job, ...others]] = first;
    this.waiting.delete(account);
    if (others.length > 0) this.waiting.set(account, others);
    if (job !== undefined) this.start(job);
  }

  private start(job: Job): void {
    const thread = this.idle.pop() ?? this.open();
    this.busy += 1;
    const end = (isUsable: boolean) => {
      clearTimeout(timer);
      thread.removeAllListeners('message').removeAllListeners('error').removeAllListeners('exit');
      this.busy -= 1;
      if (isUsable) this.idle.push(thread);
      else discard(thread);
      this.next();
    };
    const fail = (error: Error) => {
      end(false);
      job.reject(error);
    };
    const timer = setTimeout(() => {
      fail(new ContentRefused('takes too long to read; save it again and send that'));
    }, this.maxMs);
    thread.once('message', (outcome: FileOutcome) => {
      end(true);
      if ('answer' in outcome) job.resolve(outcome.answer);
      else if ('refused' in outcome) {
        job.reject(new ContentRefused(outcome.refused.message, outcome.refused.reason));
      } else job.reject(new Error(`A file could not be read: ${outcome.failed}`));
    });
    thread.once('error', (error: NodeJS.ErrnoException) => fail(asRefusal(error)));
    thread.once('exit', () => fail(new Error('A file thread ended.')));
    thread.postMessage(job.task, [job.task.bytes.buffer]);
  }

  /**
   * Starts a thread without environment variables and without access to the process's output. It doesn't keep the
   * process alive.
   */
  private open(): Worker {
    const options = { resourceLimits: RESOURCE_LIMITS, env: {}, stdout: true, stderr: true };
    const thread = new Worker(this.entry, options);
    thread.unref();
    return thread;
  }
}

function discard(thread: Worker): void {
  thread.on('error', () => undefined);
  void thread.terminate();
}

function asRefusal(error: NodeJS.ErrnoException): Error {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new ContentRefused('takes too much memory to read; save it again and send that');
}

/** The pool of the process. */
export const filePool = new FilePool();
