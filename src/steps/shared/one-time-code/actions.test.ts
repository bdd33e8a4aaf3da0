import { channelIn, codeActions } from './actions';

describe('the details of an action on a code', () => {
  it('are none for another message', () => {
    expect(channelIn(codeActions.resend_code())).toBeNull();
  });

  it('name the channel to switch to, and nothing else', () => {
    const details = codeActions.switch_channel({ channel: 'whatsapp', more: 1 });
    expect(details).toEqual({ channel: 'whatsapp' });
    expect(channelIn(details)).toBe('whatsapp');
  });

  it.each([[{}], [{ channel: 'pigeon' }], [{ channel: ['sms'] }]])('make no sense: %j', (given) => {
    expect(codeActions.switch_channel(given)).toBeNull();
  });
});
