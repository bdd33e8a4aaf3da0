import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { EventOf, Json, NumberedEvent } from '../domain/run/events';
import { succeeded } from '../domain/run/outcome';
import { fold } from '../domain/run/view';
import type { Call, StepContext, StepType, Submission } from './contract';
import { STEP_EVENTS } from './events';
import type { StepExample } from './example-contract';
import { stepTypes } from './index';
import { stepSchema, stepSchemas } from './schemas';

const folders = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(__dirname, entry.name, 'step.ts')))
  .map((entry) => entry.name);
const keyOf = (folder: string) => folder.replaceAll('-', '_');

/** Traits of each step type that callers rely on. */
const TRAITS = {
  setup_required: [
    ...['acceptance', 'custom_form', 'nip', 'files_upload', 'document_preview', 'document_sign'],
    ...['multiple_document_sign', 'biometric_sign', 'video_sign_step'],
  ],
  requires_people: ['auth'],
  allow_multiple: [
    ...['acceptance', 'custom_form', 'nip', 'files_upload', 'document_preview', 'document_sign'],
  ],
  geolocation: [
    ...['enroll_basic', 'enroll_full', 'liveness', 'auth', 'biometric_sign', 'document_sign'],
    ...['multiple_document_sign', 'video_sign_step', 'address_verification'],
  ],
} as const;

/** Digest of the correct code in these tests. */
const RIGHT = 'digest-of-the-right-one';

/** Outputs of the steps' activities in these tests, by name. */
const OUTPUTS: Record<string, object> = {
  fixDestinations: { submission_id: 'd', phone: '+52***5678', email: 'm****@x.mx' },
  issueCode: { key_id: 'k', digest: RIGHT },
};
// Each output above has the type that its activity declares.
const call: Call = ({ name }) => Promise.resolve(OUTPUTS[name] as never);

/** Returns every text inside a JSON value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('is missing');
  return value;
}

it('the lists of step types match the folders', () => {
  expect(folders).not.toEqual([]);
  expect(Object.keys(stepTypes).sort()).toEqual(folders.map(keyOf).sort());
  expect(Object.keys(stepSchemas).sort()).toEqual(folders.map(keyOf).sort());
  for (const unknown of ['toString', '__proto__', 'no_such_step']) {
    expect(stepSchema(unknown)).toBeUndefined();
  }
});

it('the events of step types have unique names', () => {
  const names = STEP_EVENTS.flatMap(({ types }) => types);
  expect(new Set(names).size).toBe(names.length);
  for (const { types, late } of STEP_EVENTS) expect(types).toEqual(expect.arrayContaining(late));
});

describe.each(folders)('the step type in %s', (folder) => {
  const key = keyOf(folder);
  const type = present((stepTypes as Record<string, StepType>)[key]);
  const schema = present(stepSchema(key));
  const load = async () =>
    ((await import(`./${folder}/example`)) as { example: StepExample }).example;
  const client = { ip: '192.0.2.1', user_agent: 'jest' };
  const dataOf = ({ resolved = null }: StepExample) => schema.dataFor?.(resolved) ?? schema.data;
  const receive = (example: StepExample) =>
    schema.receive(dataOf(example).parse(example.data), {
      ...{ setup: schema.setup.parse(example.setup), client },
      resolved: example.resolved ?? null,
      codeFacts: () => ({ order: 1, digest: RIGHT }),
      at: Date.UTC(2026, 10, 1),
    });

  it('accepts its own example', async () => {
    const example = await load();
    expect(schema.setup.safeParse(example.setup).error).toBeUndefined();
    expect(dataOf(example).safeParse(example.data).error).toBeUndefined();
    const { payload } = receive(example);
    if (example.payload === null) expect(payload).toBeNull();
    else expect(payload).toMatchObject(example.payload);
  });

  it('refuses the wrong data of its example, unknown fields and values that are not objects', async () => {
    const example = await load();
    const { data, refused } = example;
    const wrong = [...refused, { ...(data as object), no_such_field: 1 }, null, 'text', 1, [data]];
    for (const each of wrong)
      expect([each, dataOf(example).safeParse(each).success]).toEqual([each, false]);
  });

  it('sends nothing that the person typed to Temporal', async () => {
    const example = await load();
    const typed = textsIn(example.data);
    const { facts } = receive(example);
    const settings = settingsFor(example);
    const through = textsIn([facts, settings]);
    // A digest may contain two or three of the typed characters by chance.
    const isSent = (text: string) =>
      through.some((sent) => sent === text || (text.length > 3 && sent.includes(text)));
    expect(typed.filter(isSent)).toEqual([]);
  });

  it('returns a payload, facts and settings that JSON does not change', async () => {
    const example = await load();
    const setup = schema.setup.parse(example.setup);
    const shown = schema.present(setup, example.resolved ?? null);
    const given = [receive(example), settingsFor(example), shown];
    expect(JSON.parse(JSON.stringify(given))).toEqual(given);
  });

  it('parses its own parsed setup, as JSON, to the same setup', async () => {
    const parsed: unknown = JSON.parse(JSON.stringify(schema.setup.parse((await load()).setup)));
    expect(JSON.parse(JSON.stringify(schema.setup.parse(parsed)))).toEqual(parsed);
  });

  it('has the traits of the contract and a text for people', () => {
    for (const [trait, keys] of Object.entries(TRAITS)) {
      const expected = (keys as readonly string[]).includes(key);
      expect([trait, schema[trait as keyof typeof TRAITS]]).toEqual([trait, expected]);
    }
    if (!schema.setup_required) expect(schema.setup.safeParse({}).success).toBe(true);
    expect([schema.title, schema.description]).not.toContain('');
  });

  it('shows its setup as a JSON schema', () => {
    expect(z.toJSONSchema(schema.setup, { io: 'input' })).toMatchObject({ type: 'object' });
    const data = z.toJSONSchema(schema.data, { io: 'input' });
    for (const each of data.anyOf ?? [data]) expect(each).toMatchObject({ type: 'object' });
  });

  it('waits while no message arrives', async () => {
    let ended = false;
    const silent = contextOf(await load(), () => new Promise<never>(() => {}));
    void type.run(silent).finally(() => (ended = true));
    await new Promise(setImmediate);
    expect(ended).toBe(false);
  });

  it('decides each message once and succeeds with its example', async () => {
    const example = await load();
    const decisions: string[] = [];
    const asksFirst = (settingsFor(example) as { asks_for?: string | null } | null)?.asks_for;
    const facts = [...(asksFirst ? [{ kind: 'destination' }] : []), receive(example).facts];
    const next = () => {
      const [first = null, ...rest] = facts.splice(0);
      facts.push(...rest);
      const message = {
        kind: 'submission' as const,
        id: 'a',
        facts: first,
        actor: 'person' as const,
      };
      return Promise.resolve({
        message,
        accept: () => void decisions.push('accepted'),
        refuse: () => void decisions.push('refused'),
      });
    };
    const count = facts.length;
    expect(await type.run(contextOf(example, next))).toEqual({ status: 'success' });
    expect(decisions).toEqual(Array(count).fill('accepted'));
  });

  function settingsFor(example: StepExample): Json {
    const setup = schema.setup.parse(example.setup);
    return schema.settings(setup, example.resolved ?? null);
  }

  /** Builds the context of a run with this step only: emitted events are folded, sends are dropped. */
  function contextOf(
    example: StepExample,
    next: () => Promise<Submission<Json>>,
  ): StepContext<Json, Json> {
    const settings = settingsFor(example);
    const created = runCreated(key, settings);
    let view = fold(null, [created]);
    const { uuid } = created.data.steps[0]!;
    return {
      settings,
      run: { uuid: 'r', account_uuid: 'a', mode: 'test', language: 'es' },
      get step() {
        return view.steps[0]!;
      },
      now: () => created.at,
      next,
      submission: next,
      review: () => Promise.resolve(succeeded),
      emit(eventType, data) {
        const at = { number: view.number + 1, at: created.at, actor: 'system', step_uuid: uuid };
        view = fold(view, [{ ...at, type: eventType, data } as NumberedEvent]);
      },
      before: [],
      prepared: undefined,
      call,
      start: () => undefined,
    };
  }
});

function runCreated(key: string, settings: Json): EventOf<'run_created'> {
  const rest = {
    ...{ people_uuid: null, responsible_uuid: null, template_uuid: null, callback_url: null },
    ...{ restarted_from: null, disable_geolocation: false, language: 'es', expires_in: 0 },
  };
  return {
    ...{ number: 1, at: Date.UTC(2026, 10, 1), type: 'run_created', actor: 'integrator' },
    step_uuid: null,
    data: {
      ...{ run_uuid: 'r', account_uuid: 'a', mode: 'test' },
      settings: { ...rest, abandon_after: null, start: 'on_open' },
      steps: [{ uuid: 's', key, custom_id: null, settings }],
    },
  };
}
