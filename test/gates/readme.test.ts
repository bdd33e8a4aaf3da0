import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { stepSchemas } from '../../src/steps/schemas';
import { stepKeys } from '../support/catalogue';

const README = readFileSync(join(__dirname, '../../README.md'), 'utf8');
const lines = README.split('\n');

test('the README fits in 250 lines', () => {
  expect(lines.length).toBeLessThanOrEqual(250);
});

test.each(stepKeys)('the README lists who checks %s, as in its engines', (step) => {
  const { properties } = z.toJSONSchema(stepSchemas[step].setup, { io: 'input' });
  const isReviewed = JSON.stringify(properties?.['engine'] ?? null).includes('"review"');
  const rows = lines.filter((line) => line.startsWith('|') && line.includes(`\`${step}\``));
  expect(rows).toEqual([expect.stringMatching(isReviewed ? /^\| a reviewer/ : /^\| the service/)]);
});
