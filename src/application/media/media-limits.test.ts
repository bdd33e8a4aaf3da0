import { limitUploads } from './media-limits';

const run = (name: number) => ({ run_uuid: `run-${name}` });

/** Starts an upload; returns a function that ends it. */
function begin(whose: { run_uuid: string }) {
  let end: () => void = () => undefined;
  const over = limitUploads(whose, () => new Promise<void>((resolve) => (end = resolve)));
  return async () => {
    end();
    await over;
  };
}

const REFUSED = { code: 'rate_limited', retry_after: 2 };
const take = (whose: { run_uuid: string }) => limitUploads(whose, () => Promise.resolve('taken'));

test.each<[whose: string, under: number[], refused: number, taken: number[]]>([
  ['one run', [1, 1, 1], 1, [2]],
  ['all', Array.from({ length: 32 }, (_, each) => each), 99, []],
])(
  'uploads of %s are limited, and accepted again once one has ended',
  async (_whose, under, refused, taken) => {
    const [end, ...others] = under.map((name) => begin(run(name)));
    await expect(take(run(refused))).rejects.toMatchObject(REFUSED);
    for (const each of taken) expect(await take(run(each))).toBe('taken');
    await end?.();
    expect(await take(run(refused))).toBe('taken');
    for (const each of others) await each();
  },
);

test('a failed upload releases its slot', async () => {
  for (let count = 0; count < 10; count += 1) {
    const failing = limitUploads(run(1), () => Promise.reject(new Error('broken')));
    await expect(failing).rejects.toThrow('broken');
  }
});
