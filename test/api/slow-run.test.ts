/** A run that takes its time. */
import { stepUuid, TestApi } from '../support/api';

test('who waits too long gets 503, and the verdict by repeating', async () => {
  const api = await TestApi.start(300);
  try {
    const run = await api.createRun();
    let open = (): void => undefined;
    api.gateway.gate = new Promise((resolve) => (open = resolve));
    const submit = () =>
      api.call(`/v1/steps/${stepUuid(run, 0)}/submit`, {
        body: { data: { accepted: true } },
        idempotencyKey: 'slow',
      });
    const late = await submit();
    expect([late.status, late.body.error.code]).toEqual([503, 'unavailable']);
    expect(late.headers.get('retry-after')).toBe('1');
    open();
    let again = await submit();
    while (again.status === 409) again = await submit();
    expect(again.status).toBe(200);
    expect(api.gateway.messages).toHaveLength(1);
  } finally {
    await api.stop();
  }
});
