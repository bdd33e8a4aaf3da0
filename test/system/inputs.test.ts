/**
 * Sends the inputs of people, devices, integrators and attackers to one stack, and compares the answers with the right
 * ones. Tables are in the folder beside this file. What an input costs is measured elsewhere.
 */
import { everydayInputs } from './inputs/everyday';
import { hostileInputs } from './inputs/hostile';
import { newcomerRows } from './inputs/newcomer';
import { askAll } from './inputs/row';
import { World } from './inputs/world';

const ROWS = [...everydayInputs, ...hostileInputs, ...newcomerRows];

let world: World;
let answerTo: ReturnType<typeof askAll>;
beforeAll(async () => {
  world = await World.start();
  answerTo = askAll(ROWS, world);
}, 90_000);
afterAll(() => world.stop(), 30_000);

test.each(ROWS)(
  '$id $what',
  async ({ id, right }) => {
    expect(await answerTo(id)).toEqual(right);
  },
  120_000,
);

test('each row has a name of its own', () => {
  expect(new Set(ROWS.map(({ id }) => id)).size).toBe(ROWS.length);
});
