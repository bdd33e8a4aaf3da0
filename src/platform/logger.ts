/** Writes JSON lines to stdout. Never log personal data, keys or codes: log ids, not contents. */
import { pino, type LogFn, type Logger } from 'pino';

/** Fields that are redacted everywhere, as a safety net. Do not log them on purpose. */
const REDACTED = ['authorization', 'token', 'secret', 'code', 'phone', 'email', 'data', 'metadata'];

/** Creates a logger for one process. `level` as in pino, `silent` for none. */
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

/** Sets a message: without one, a line would get its error's message. */
function logMethod(this: Logger, args: Parameters<LogFn>, method: LogFn): void {
  const [first, text] = args as [unknown, unknown];
  const fields = first instanceof Error ? { err: first } : (first as { err?: unknown } | null);
  if (text === undefined && isDatabaseError(fields?.err)) {
    method.call(this, fields, fields.err.name);
  } else {
    method.apply(this, args);
  }
}

/** Reduces database errors to class and code: their messages may repeat written data. */
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

/** Returns true for errors of the driver and of Mongoose, whose class names differ (`CastError`). */
function isDatabaseError(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const classes = ancestors(error).map((prototype) => prototype.constructor.name);
  return [error.name, ...classes].some((name) => name.startsWith('Mongo'));
}

function ancestors(value: object): object[] {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === null ? [] : [prototype, ...ancestors(prototype)];
}
