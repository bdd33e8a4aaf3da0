/** Kind A: expressions that can't mean what they say. */
import { numbered, type Row } from './row';
import { brief, demand, details, stepUuid, type Answer } from './tenant';
import type { World } from './world';

const refusal = (path: string, message: string) => [
  `400 invalid_expression ${path}`,
  expect.stringContaining(message) as string,
];
const told = (answer: Answer) => [brief(answer), details(answer).join()];
const AND_OR = 'write "and" or "or"';

const checked = (expression: string, message: string): Omit<Row, 'id'> => ({
  what: expression,
  ask: async ({ test }) =>
    told(await test.call('/v1/expressions/validate', { body: { expression } })),
  right: refusal('expression', message),
});

/** Status of a run whose person owns a house and earns 5,000, under a rule. */
async function judged({ test }: World, template: string): Promise<string> {
  const name = `Rule ${Math.random()}`;
  const rule = { name, template, step: 'personal_financial' };
  const rules = [await test.made('/v1/knockout-rules', rule)];
  const rule_set_uuid = await test.made('/v1/rule-sets', { name, knockout_rules: rules });
  const run = await test.run({ steps: ['personal_financial'], rule_set_uuid });
  const data = { monthly_income: 5_000, income_source: 'salary', housing: 'owned' };
  return demand(await test.submit(stepUuid(run), data)).run.status;
}

export const expressionRows: Row[] = numbered('F-A', [
  checked("housing == 'rented' || housing == 'owned'", `position 20: ${AND_OR}`),
  checked("monthly_income >= 100 || housing == 'owned'", `position 22: ${AND_OR}`),
  checked('true || false', `position 5: ${AND_OR}`),
  checked('true && false', `position 5: ${AND_OR}`),
  {
    what: '|| in a rule',
    ask: async ({ test }) => {
      const template = "housing == 'rented' || housing == 'owned'";
      const body = { name: 'Housing', template, step: 'personal_financial' };
      return told(await test.call('/v1/knockout-rules', { body }));
    },
    right: refusal('template', AND_OR),
  },
  {
    what: '|| in a skip',
    ask: async ({ test }) => {
      const skip_steps = { personal_address: 'true || false' };
      const body = { steps: ['personal_address'], skip_steps };
      return told(await test.call('/v1/workflows', { body }));
    },
    right: refusal('skip_steps.personal_address', AND_OR),
  },
  {
    what: "housing == 'rented' or housing == 'owned' of an owner",
    ask: (world) => judged(world, "housing == 'rented' or housing == 'owned'"),
    right: 'success',
  },
  {
    what: 'a rule that the person does not meet',
    ask: (world) => judged(world, "housing == 'rented' and monthly_income >= 100"),
    right: 'rejected',
  },
  {
    what: 'a rule on a value that is not given',
    ask: (world) => judged(world, 'economic_dependents > 1'),
    right: 'in_review',
  },
  checked('a == null', 'position 5: there is no null'),
  checked('1 < x < 3', 'position 6: comparisons cannot be chained'),
  checked('a == b == c', 'position 7: comparisons cannot be chained'),
]);
