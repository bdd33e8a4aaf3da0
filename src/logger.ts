/** JSON lines on stdout. What a person typed, keys and codes never get here: log ids, not contents. */
import { pino, type Logger } from 'pino';

/** Fields that hold secrets or personal data wherever they turn up; a safety net, not a licence to log them. */
const REDACTED = ['authorization', 'token', 'secret', 'code', 'phone', 'email', 'data', 'metadata'];

/** A logger for one process. `level` as in pino, `silent` for none. */
export function createLogger(name: string, level: string): Logger {
  const paths = REDACTED.flatMap((field) => [field, `*.${field}`, `*.*.${field}`]);
  return pino({
    name,
    level,
    redact: { paths, censor: '[hidden]' },
    serializers: { err: safeError },
  });
}

/** Messages of database errors can repeat what was written, so that only their class and code are kept. */
function safeError(error: unknown): object {
  if (!(error instanceof Error)) return { type: typeof error };
  const code = (error as { code?: unknown }).code;
  const isDatabase = error.name.startsWith('Mongo');
  return {
    type: error.name,
    ...(typeof code === 'string' || typeof code === 'number' ? { code } : {}),
    message: isDatabase ? undefined : error.message,
    stack: isDatabase ? undefined : error.stack,
  };
}
