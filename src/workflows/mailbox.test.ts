import { Mailbox } from './mailbox';
import type { StepMessage } from '../steps/contract';

const message = (id: string): StepMessage => ({
  ...{ kind: 'submission', id, actor: 'person', facts: null },
});
const idOf = ({ message: each }: { message: StepMessage }) =>
  each.kind === 'submission' ? each.id : each.kind;

describe('the mailbox of a run', () => {
  it('hands out messages to their own step, oldest first', () => {
    const mailbox = new Mailbox();
    mailbox.put('b', message('1'));
    mailbox.put('a', message('2'));
    mailbox.put('b', message('3'));
    expect(idOf(mailbox.take('a'))).toBe('2');
    expect(mailbox.holds('a')).toBe(false);
    expect([mailbox.take('b'), mailbox.take('b')].map(idOf)).toEqual(['1', '3']);
    expect(() => mailbox.take('b')).toThrow('no message waits for step b');
  });

  it('is idle again only when every handler has left, verdict or not', () => {
    const mailbox = new Mailbox();
    expect(mailbox.isIdle).toBe(true);
    const [one, two] = [mailbox.put('a', message('1')), mailbox.put('a', message('2'))];
    mailbox.take('a').verdict = { kind: 'accepted' };
    expect(one.verdict).toEqual({ kind: 'accepted' });
    mailbox.leave(one);
    expect(mailbox.isIdle).toBe(false);
    mailbox.leave(two);
    expect(mailbox.isIdle).toBe(true);
  });

  it('does not hand out the message of a handler that has left', () => {
    const mailbox = new Mailbox();
    const [one] = [mailbox.put('a', message('1')), mailbox.put('a', message('2'))];
    mailbox.leave(one);
    expect(idOf(mailbox.take('a'))).toBe('2');
    expect(mailbox.holds('a')).toBe(false);
  });
});
