import { limitUploads, type Uploader } from './media-limits';

const uploader = (account: number, run: number): Uploader => ({
  account_uuid: `account-${account}`,
  run_uuid: `run-${account}-${run}`,
});

/** Starts an upload; returns a function that ends it. */
function begin(whose: Uploader) {
  let end: () => void = () => undefined;
  const over = limitUploads(whose, () => new Promise<void>((resolve) => (end = resolve)));
  return async () => {
    end();
    await over;
  };
}

const REFUSED = { code: 'rate_limited', retry_after: 2 };
const upload = (whose: Uploader) => limitUploads(whose, () => Promise.resolve('accepted'));

test.each<[whose: string, under: Uploader[], refused: Uploader, accepted: Uploader[]]>([
  ['one run', [0, 1, 2].map(() => uploader(1, 1)), uploader(1, 1), [uploader(1, 2)]],
  [
    'one account',
    Array.from({ length: 8 }, (_, run) => uploader(1, run)),
    uploader(1, 9),
    [uploader(2, 1)],
  ],
  [
    'all accounts',
    Array.from({ length: 32 }, (_, each) => uploader(each % 4, each)),
    uploader(9, 1),
    [],
  ],
])(
  'uploads of %s are limited, and accepted again once one has ended',
  async (_whose, under, refused, accepted) => {
    const [end, ...others] = under.map(begin);
    await expect(upload(refused)).rejects.toMatchObject(REFUSED);
    for (const each of accepted) expect(await upload(each)).toBe('accepted');
    await end?.();
    expect(await upload(refused)).toBe('accepted');
    for (const each of others) await each();
  },
);

test('a failed upload releases its slot', async () => {
  for (let count = 0; count < 10; count += 1) {
    const failing = limitUploads(uploader(1, 1), () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
  }
});
