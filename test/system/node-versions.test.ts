/** Runs the service on the newest supported Node; `npm run test:long` does so on each (test/long/node-versions). */
import { canFetchNode, exactVersion, fetchNode } from '../support/node-versions';
import { runOnNode } from '../support/run-on-node';

beforeAll(async () => {
  if (canFetchNode) await fetchNode('24');
}, 180_000);

(canFetchNode ? test : test.skip)(
  'a run ends in success on Node 24',
  async () => {
    const version = `v${exactVersion('24')}`;
    expect(await runOnNode('24')).toEqual({ version, status: 'success', drifts: [] });
  },
  120_000,
);
