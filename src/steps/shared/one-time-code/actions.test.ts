import { channelIn, codeActions } from './actions';

describe('the details of an action on a code', () => {
  it('have no channel for resend_code', () => {
    expect(channelIn(codeActions.resend_code())).toBeNull();
  });

  it('contain only the channel to switch to', () => {
    const details = codeActions.switch_channel({ channel: 'whatsapp', more: 1 });
    expect(details).toEqual({ channel: 'whatsapp' });
    expect(channelIn(details)).toBe('whatsapp');
  });

  it.each([[{}], [{ channel: 'pigeon' }], [{ channel: ['sms'] }]])(
    'are null for an invalid channel: %j',
    (given) => {
      expect(codeActions.switch_channel(given)).toBeNull();
    },
  );
});
