import mongoose from 'mongoose';
import { symbols, type Logger } from 'pino';
import { createLogger } from './logger';

const PERSONAL = '+573100000000';

/** Returns the lines that a logger writes while `use` runs. */
function linesOf(use: (logger: Logger) => void): Record<string, unknown>[] {
  const logger = createLogger('test', 'info');
  const stream = (logger as unknown as Record<symbol, { write(line: string): boolean }>)[
    symbols.streamSym
  ];
  if (stream === undefined) throw new Error('pino keeps its stream elsewhere now');
  const write = jest.spyOn(stream, 'write').mockReturnValue(true);
  use(logger);
  return write.mock.calls.map(([line]) => JSON.parse(line) as Record<string, unknown>);
}

describe('the log', () => {
  afterEach(() => jest.restoreAllMocks());

  it('hides secrets and personal fields, up to two levels deep', () => {
    const fields = {
      ...{ authorization: PERSONAL, token: PERSONAL, secret: PERSONAL, code: PERSONAL },
      ...{ phone: PERSONAL, email: PERSONAL, data: { any: PERSONAL }, metadata: [PERSONAL] },
    };
    const lines = linesOf((logger) => {
      logger.info({ ...fields, run_uuid: 'a' }, 'top');
      logger.info({ body: fields, req: { headers: fields } }, 'deep');
    });
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({
      phone: '[hidden]',
      data: '[hidden]',
      run_uuid: 'a',
      msg: 'top',
    });
    expect(JSON.stringify(lines)).not.toContain(PERSONAL);
  });

  const driverError = new mongoose.mongo.MongoServerError({
    message: `E11000 duplicate key { phone: "${PERSONAL}" }`,
    code: 11_000,
    keyValue: { phone: PERSONAL },
  });
  const castError = new mongoose.Error.CastError('date', PERSONAL, 'phone');

  it.each([
    ['MongoServerError', driverError, { error_code: 11_000 }],
    ['CastError', castError, {}],
  ])('contains the class of a %s but neither its message nor its stack', (name, error, more) => {
    const lines = linesOf((logger) => {
      logger.error({ err: error }, 'store failed');
      logger.error({ error, run_uuid: 'a' }, 'store failed');
      logger.error({ err: error, run_uuid: 'a' });
      logger.error(error);
    });
    expect(lines.map((line) => line['err'] ?? line['error'])).toEqual(
      lines.map(() => ({ type: name, ...more })),
    );
    expect(lines.map((line) => line['msg'])).toEqual(['store failed', 'store failed', name, name]);
    expect(lines.map((line) => line['run_uuid'])).toEqual([undefined, 'a', 'a', undefined]);
    expect(JSON.stringify(lines)).not.toContain(PERSONAL);
  });

  it('contains message, stack and code of any other error', () => {
    const error = Object.assign(new TypeError('x is undefined'), { code: 'ERR_X' });
    const [line] = linesOf((logger) => logger.error({ err: error }, 'bug'));
    expect(line?.['err']).toEqual({
      ...{ type: 'TypeError', error_code: 'ERR_X' },
      ...{ message: 'x is undefined', stack: error.stack },
    });
  });

  it('contains only the type of a thrown value that is not an Error', () => {
    const [line] = linesOf((logger) => logger.error({ err: PERSONAL }, 'odd'));
    expect(line?.['err']).toEqual({ type: 'string' });
  });
});
