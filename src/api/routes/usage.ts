import { z } from 'zod';
import { usage } from '../openapi/connectors';
import { defineRoute, noFields } from '../server/route';
import { ApiError } from '../problems';
import { described } from '../openapi/described';

const month = z.string().regex(/^20\d{2}-(0[1-9]|1[0-2])$/, 'must be a month such as 2026-11');
/** Maximum months of a query; sends are stored for 400 days. */
const MOST_MONTHS = 12;

/** Returns the usage by month: runs, and messages with their cost, by connector and channel. */
export const getUsage = defineRoute({
  method: 'get',
  path: '/v1/usage',
  summary: 'Read usage by month',
  description:
    "Counts workflows, and messages with their cost by connector and channel, in the key's mode. Sends are kept for 400 days.",
  auth: { kind: 'key', scopes: ['config:read'] },
  share: 'lists',
  params: noFields,
  query: z.strictObject({
    from: described(
      month.optional(),
      'First month in UTC, `YYYY-MM`; by default that of `to`. Up to twelve months in all.',
      '2026-10',
    ),
    to: described(
      month.optional(),
      'Last month in UTC, `YYYY-MM`; by default the current one.',
      '2026-11',
    ),
  }),
  result: usage,
  async handle({ query, caller, deps }) {
    const { to = monthOf(new Date()) } = query;
    const { from = to } = query;
    const months = monthsBetween(from, to);
    if (months.length === 0 || months.length > MOST_MONTHS) {
      const details = [{ path: 'from', message: `must be up to ${MOST_MONTHS} months before to` }];
      throw new ApiError('validation_failed', 'Name at most twelve months.', details);
    }
    const between = { from: startOf(from), to: startOf(next(to)) };
    const [runs, messages] = await Promise.all([
      deps.usage.runs(caller.tenant, between),
      deps.usage.messages(caller.tenant, between),
    ]);
    const result = months.map((name) => ({
      month: name,
      runs: runs.get(name) ?? 0,
      messages: messages.filter((each) => each.month === name).map(({ month: _, ...each }) => each),
    }));
    return { result: { months: result } };
  },
});

function monthOf(time: Date): string {
  return time.toISOString().slice(0, 7);
}

function startOf(name: string): Date {
  return new Date(`${name}-01T00:00:00Z`);
}

function next(name: string): string {
  const start = startOf(name);
  start.setUTCMonth(start.getUTCMonth() + 1);
  return monthOf(start);
}

/** Returns the months of a range, both ends included, oldest first; none if the order is wrong. */
function monthsBetween(from: string, to: string): string[] {
  const months: string[] = [];
  for (let name = from; name <= to && months.length <= MOST_MONTHS; name = next(name)) {
    months.push(name);
  }
  return months;
}
