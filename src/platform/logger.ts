/** JSON lines on stdout. What a person typed, keys and codes never get here: log ids, not contents. */
import { pino, type LogFn, type Logger } from 'pino';

/** Fields that hold secrets or personal data wherever they turn up; a safety net, not a licence to log them. */
const REDACTED = ['authorization', 'token', 'secret', 'code', 'phone', 'email', 'data', 'metadata'];

/** A logger for one process. `level` as in pino, `silent` for none. */
export function createLogger(name: string, level: string): Logger {
  const paths = REDACTED.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  return pino({
    name,
    level,
    redact: { paths, censor: '[hidden]' },
    serializers: { err: safeError, error: safeError },
    hooks: { logMethod },
  });
}

/** Without a text of its own a line would get its error's message. */
function logMethod(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, text] = args as [unknown, unknown];
  const fields = first instanceof Error ? { err: first } : (first as { err?: unknown } | null);
  if (text === undefined && isDatabaseError(fields?.err)) {
    method.call(this, fields, fields.err.name);
  } else {
    method.apply(this, args);
  }
}

/** Messages of database errors can repeat what was written, so that only their class and code are kept. */
function safeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const { code } = error as { code?: unknown };
  const isDatabase: boolean = isDatabaseError(error);
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { error_code: code } : {}),
    ...(isDatabase ? {} : { message: error.message, stack: error.stack }),
  };
}

/** Classes of the driver and of mongoose, whose own errors are not all named after it (`CastError`). */
function isDatabaseError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const classes = ancestors(error).map((prototype) => prototype.constructor.name);
  return [error.name, ...classes].some((name) => name.startsWith('Mongo'));
}

function ancestors(value: object): object[] {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null ? [] : [prototype, ...ancestors(prototype)];
}
