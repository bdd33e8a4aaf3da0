import { Mailbox } from './mailbox';
import type { SubmitMessage } from './messages';

const message = (id: string, step_uuid: string): SubmitMessage => ({
  ...{ id, step_uuid, actor: 'person', facts: null },
});

describe('the mailbox of a run', () => {
  it('hands out submissions to their own step, oldest first', () => {
    const mailbox = new Mailbox();
    const messages = [message('1', 'b'), message('2', 'a'), message('3', 'b')];
    messages.forEach((each) => mailbox.put(each));
    expect(mailbox.take('a').message.id).toBe('2');
    expect(mailbox.holds('a')).toBe(false);
    expect([mailbox.take('b'), mailbox.take('b')].map((ticket) => ticket.message.id)).toEqual([
      '1',
      '3',
    ]);
    expect(() => mailbox.take('b')).toThrow('no submission waits for step b');
  });

  it('is idle again only when every handler has left, verdict or not', () => {
    const mailbox = new Mailbox();
    expect(mailbox.isIdle).toBe(true);
    const [one, two] = [mailbox.put(message('1', 'a')), mailbox.put(message('2', 'a'))];
    mailbox.take('a').verdict = { kind: 'accepted' };
    expect(one.verdict).toEqual({ kind: 'accepted' });
    mailbox.leave(one);
    expect(mailbox.isIdle).toBe(false);
    mailbox.leave(two);
    expect(mailbox.isIdle).toBe(true);
  });

  it('does not hand out the submission of a handler that has left', () => {
    const mailbox = new Mailbox();
    const [one] = [mailbox.put(message('1', 'a')), mailbox.put(message('2', 'a'))];
    mailbox.leave(one);
    expect(mailbox.take('a').message.id).toBe('2');
    expect(mailbox.holds('a')).toBe(false);
  });
});
