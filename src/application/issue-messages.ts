/** Messages for what zod refuses: what is wrong with a field and what to send. No text of zod reaches a caller. */
import type { z } from 'zod';

type RawIssue = Parameters<z.core.$ZodErrorMap>[0];
type Issue = z.core.$ZodIssue;

const KINDS: ReadonlyMap<string, string> = new Map([
  ['string', 'a text'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['boolean', 'true or false'],
  ['array', 'a list'],
  ['tuple', 'a list'],
  ['object', 'an object'],
  ['record', 'an object'],
  ['null', 'null'],
]);

const FORMATS: ReadonlyMap<string, string> = new Map([
  ['email', 'an email address, such as ana@example.com'],
  ['url', 'an address, such as https://www.example.com'],
  ['uuid', 'a UUID, such as 3f2504e0-4f89-41d3-9a0c-0305e82c3301'],
  ['datetime', 'a time with its offset, such as 2026-01-31T15:04:05Z'],
  ['date', 'a date, such as 2026-01-31'],
  ['ipv4', 'an IP address, such as 192.0.2.1'],
  ['ipv6', 'an IP address, such as 2001:db8::1'],
  ['base64', 'base64 (RFC 4648, section 4)'],
]);

const UNITS: ReadonlyMap<string, readonly [one: string, several: string]> = new Map([
  ['string', ['character', 'characters']],
  ['array', ['item', 'items']],
  ['tuple', ['item', 'items']],
  ['object', ['field', 'fields']],
  ['record', ['field', 'fields']],
]);

/** Returns the message of an issue. To be given to zod as `error`; messages of a schema's own come first. */
export function issueMessage(issue: RawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return wanted(issue, KINDS.get(issue.expected) ?? 'another value');
    case 'invalid_value':
      return wanted(issue, choiceOf(issue.values));
    case 'too_big':
    case 'too_small':
      return sizeMessage(issue);
    case 'invalid_format':
      return `must be ${FORMATS.get(issue.format) ?? 'in the documented form'}`;
    case 'not_multiple_of':
      return `must be a multiple of ${issue.divisor}`;
    default:
      return partsMessage(issue);
  }
}

/** Returns the message of an issue that consists of others. */
function partsMessage(issue: RawIssue): string {
  if (issue.code === 'invalid_union') return unionMessage(issue);
  if (issue.code === 'invalid_key') {
    return `has a name that cannot be used: it ${issue.issues.map(formMessage).join(' and ')}`;
  }
  return 'cannot be used; see the documentation of this field';
}

function wanted({ input }: RawIssue, what: string): string {
  return input === undefined ? `is required; send ${what}` : `must be ${what}`;
}

function choiceOf(values: readonly unknown[]): string {
  const texts = values.map(String);
  return texts.length === 1 ? (texts[0] ?? '') : `one of: ${texts.join(', ')}`;
}

type SizeIssue = Extract<RawIssue, { code: 'too_big' | 'too_small' }>;

function sizeMessage(issue: SizeIssue): string {
  const isBig = issue.code === 'too_big';
  const limit = Number(isBig ? issue.maximum : issue.minimum);
  const within = isBig ? 'at most' : 'at least';
  const beyond = isBig ? 'less than' : 'more than';
  const bound = issue.exact === true ? 'exactly' : issue.inclusive === false ? beyond : within;
  const words = UNITS.get(issue.origin);
  if (words === undefined) return `must be ${bound} ${limit}`;
  if (bound === 'at least' && limit === 1) return 'must not be empty';
  return `must have ${bound} ${limit} ${words[limit === 1 ? 0 : 1]}`;
}

type UnionIssue = Extract<RawIssue, { code: 'invalid_union' }>;

/** Joins what each form of a value lacks. */
function unionMessage({ errors, options }: UnionIssue): string {
  if (Array.isArray(options) && options.length > 0) return `must be ${choiceOf(options)}`;
  const forms = new Set(
    errors.map((issues) => withoutRepeats(issues).map(formMessage).join(' and ')),
  );
  const [first = 'must be in one of the documented forms', ...others] = forms;
  const start = STARTS.find((each) => [...forms].every((form) => form.startsWith(each))) ?? '';
  return [first, ...others.map((form) => form.slice(start.length))].join(', or ');
}

/** Said once where each form of a value begins with it. */
const STARTS = ['must be ', 'is required; send '];

function formMessage(issue: Issue): string {
  if (issue.code === 'unrecognized_keys') return 'has a field that is not known here';
  const path = issue.path.join('.');
  return path === '' ? issue.message : `${path} ${issue.message}`;
}

/** Leaves out the size of a value that is of another kind: zod counts the items of a list where it wants a text. */
export function withoutRepeats(issues: readonly Issue[]): Issue[] {
  const ofOtherKind = issues.filter(({ code }) => code === 'invalid_type');
  const paths = new Set(ofOtherKind.map(({ path }) => path.join('.')));
  return issues.filter(({ code, path }) => code === 'invalid_type' || !paths.has(path.join('.')));
}

/**
 * Returns the issues to report for a union: those of its one form that fits best, if there is one. A form fits better
 * with fewer issues; one of another kind fits worst.
 */
export function issuesOfUnion(issue: Issue): readonly Issue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const ranked = issue.errors
    .map((issues) => ({ issues, rank: issues.some(isOfOtherKind) ? Infinity : issues.length }))
    .sort((a, b) => a.rank - b.rank);
  const [best, next] = ranked;
  if (best === undefined || best.rank === Infinity || best.rank === next?.rank) return [issue];
  return best.issues.flatMap((each) =>
    issuesOfUnion({ ...each, path: [...issue.path, ...each.path] }),
  );
}

function isOfOtherKind({ code, path }: Issue): boolean {
  return code === 'invalid_type' && path.length === 0;
}
