/** Checks that the kinds that expressions know match the payloads. */
import type { ValueKind } from '../domain/expressions/kinds';
import type { StepExample } from './example-contract';
import { payloadKind } from './payload-kinds';
import { stepSchemas } from './schemas';

function fits(value: unknown, kind: ValueKind | undefined): boolean {
  if (kind === undefined) return false;
  if (value === null || kind.kind === 'any') return true;
  if (kind.kind === 'list')
    return Array.isArray(value) && value.every((each) => fits(each, kind.items));
  if (kind.kind === 'object') {
    return Object.entries(value as object).every(([name, each]) =>
      fits(each, kind.fields.get(name)),
    );
  }
  if (kind.kind === 'text') {
    return typeof value === 'string' && (kind.values?.includes(value) ?? true);
  }
  return typeof value === kind.kind;
}

/** Fields of an engine's results, and the optional field of the example's form. */
const NEVER_IN_EXAMPLES = /^(email|biometrics|ocr|ocr_frontside|ocr_backside)$/;
const sends = (key: string) => payloadKind(key, null).fields.has('verifications');

test.each(Object.entries(stepSchemas))(
  'payloadKind() matches the payload of %s',
  async (key, schema) => {
    const path = `./${key.replaceAll('_', '-')}/example`;
    const { example } = (await import(path)) as { example: StepExample };
    const { resolved = null } = example;
    const data = (schema.dataFor?.(resolved) ?? schema.data).parse(example.data);
    const { payload } = schema.receive(data, {
      setup: schema.setup.parse(example.setup),
      resolved,
      client: { ip: '192.0.2.1', user_agent: 'jest' },
      codeFacts: () => null,
      at: Date.UTC(2026, 10, 1),
    });
    const kind = payloadKind(key, resolved);
    const wrong = Object.entries(payload ?? {}).filter(
      ([name, value]) => !fits(value, kind.fields.get(name)),
    );
    expect(wrong).toEqual([]);
    const shown = Object.keys(payload ?? {});
    const others = [...kind.fields.keys()].filter((name) => !shown.includes(name));
    expect(others.filter((name) => !(NEVER_IN_EXAMPLES.test(name) || sends(key)))).toEqual([]);
    expect(kind.isOpen).toBeUndefined();
    expect(kind.fields.has('code')).toBe(false);
  },
);

test('payloadKind() is open for an unknown form', () => {
  expect(payloadKind('custom_form', undefined)).toMatchObject({ isOpen: true });
  expect(payloadKind('constructor', null)).toMatchObject({ isOpen: true });
});
