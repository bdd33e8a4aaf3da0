import { StepInbox } from './step-inbox';
import type { StepMessage } from '../../steps/contract';

const message = (id: string): StepMessage => ({
  ...{ kind: 'submission', id, actor: 'person', facts: null },
});
const idOf = ({ message: each }: { message: StepMessage }) =>
  each.kind === 'submission' ? each.id : each.kind;

describe('the inbox of the steps of a run', () => {
  it('returns the messages of a step, oldest first', () => {
    const inbox = new StepInbox();
    inbox.put('b', message('1'));
    inbox.put('a', message('2'));
    inbox.put('b', message('3'));
    expect(idOf(inbox.next('a'))).toBe('2');
    expect(inbox.hasMessageFor('a')).toBe(false);
    expect([inbox.next('b'), inbox.next('b')].map(idOf)).toEqual(['1', '3']);
    expect(() => inbox.next('b')).toThrow('no message waits for step b');
  });

  it('is idle only when every message is removed, decided or not', () => {
    const inbox = new StepInbox();
    expect(inbox.isIdle).toBe(true);
    const [one, two] = [inbox.put('a', message('1')), inbox.put('a', message('2'))];
    inbox.next('a').decision = { kind: 'accepted' };
    expect(one.decision).toEqual({ kind: 'accepted' });
    inbox.remove(one);
    expect(inbox.isIdle).toBe(false);
    inbox.remove(two);
    expect(inbox.isIdle).toBe(true);
  });

  it('does not return a removed message', () => {
    const inbox = new StepInbox();
    const [one] = [inbox.put('a', message('1')), inbox.put('a', message('2'))];
    inbox.remove(one);
    expect(idOf(inbox.next('a'))).toBe('2');
    expect(inbox.hasMessageFor('a')).toBe(false);
  });
});
