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
const take = (whose: Uploader) => limitUploads(whose, () => Promise.resolve('taken'));

test.each<[whose: string, under: Uploader[], refused: Uploader, taken: Uploader[]]>([
  ['one run', [0, 1, 2].map(() => uploader(1, 1)), uploader(1, 1), [uploader(1, 2)]],
  [
    'one account',
    Array.from({ length: 8 }, (_, run) => uploader(1, run)),
    uploader(1, 9),
    [uploader(2, 1)],
  ],
  ['all', Array.from({ length: 32 }, (_, each) => uploader(each % 4, each)), uploader(9, 1), []],
])(
  'uploads of %s are bounded, and go on once one is over',
  async (_whose, under, refused, taken) => {
    const [end, ...others] = under.map(begin);
    await expect(take(refused)).rejects.toMatchObject(REFUSED);
    for (const each of taken) expect(await take(each)).toBe('taken');
    await end?.();
    expect(await take(refused)).toBe('taken');
    for (const each of others) await each();
  },
);

test('an upload that fails leaves its slot', async () => {
  for (let count = 0; count < 10; count += 1) {
    const failing = limitUploads(uploader(1, 1), () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
  }
});
