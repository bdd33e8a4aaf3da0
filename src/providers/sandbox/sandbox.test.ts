import { scriptedOutcome } from './sandbox';

describe('the sandbox', () => {
  it.each([
    ['sms', '+573100000001', 'refused'],
    ['sms', '+573100000002', 'undelivered'],
    ['sms', '+573100000003', 'silent'],
    ['sms', '+573100000004', 'flaky'],
    ['whatsapp', '+573100000001', 'delivered'],
    ['whatsapp', '+573100001001', 'refused'],
    ['sms', '+573100001001', 'delivered'],
    ['sms', '+573100002003', 'silent'],
    ['whatsapp', '+573100002003', 'silent'],
    ['sms', '+573100000005', 'delivered'],
    ['email', 'refused@example.com', 'refused'],
    ['email', 'ana+undelivered@example.com', 'undelivered'],
    ['email', 'silent+a@example.com', 'silent'],
    ['email', 'unrefused@example.com', 'delivered'],
    ['email', 'ana@flaky.example', 'delivered'],
  ] as const)('scripts a message by %s to %s as %s', (channel, to, outcome) => {
    expect(scriptedOutcome(channel, to)).toBe(outcome);
  });
});
