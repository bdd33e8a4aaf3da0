import { readdirSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Json } from '../runs/events';
import type { Submission } from './contract';
import type { StepExample } from './example-contract';
import { stepType, stepTypes } from './index';
import { stepSchema, stepSchemas } from './schemas';

const folders = readdirSync(__dirname, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(__dirname, entry.name, 'step.ts')))
  .map((entry) => entry.name);
const keyOf = (folder: string) => folder.replaceAll('-', '_');

/** Section 5 of the contract. */
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

/** Every text within a JSON value. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsIn) : [];
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error('is missing');
  return value;
}

it('the lists of step types hold what lies in the folders, and nothing else', () => {
  expect(folders).not.toEqual([]);
  expect(Object.keys(stepTypes).sort()).toEqual(folders.map(keyOf).sort());
  expect(Object.keys(stepSchemas).sort()).toEqual(folders.map(keyOf).sort());
  for (const unknown of ['toString', '__proto__', 'no_such_step']) {
    expect(stepType(unknown)).toBeUndefined();
    expect(stepSchema(unknown)).toBeUndefined();
  }
});

describe.each(folders)('the step type in %s', (folder) => {
  const key = keyOf(folder);
  const type = present(stepType(key));
  const schema = present(stepSchema(key));
  const load = async () =>
    ((await import(`./${folder}/example`)) as { example: StepExample }).example;
  const client = { ip: '192.0.2.1', user_agent: 'jest' };
  const receive = (example: StepExample) =>
    schema.receive(schema.data.parse(example.data), {
      ...{ setup: schema.setup.parse(example.setup), client },
      at: Date.UTC(2026, 10, 1),
    });

  it('takes its own example', async () => {
    const example = await load();
    expect(schema.setup.safeParse(example.setup).error).toBeUndefined();
    expect(schema.data.safeParse(example.data).error).toBeUndefined();
    expect(receive(example).payload).toMatchObject(example.payload);
  });

  it('refuses what its example says, unknown fields, and anything but an object', async () => {
    const { data, refused } = await load();
    const wrong = [...refused, { ...(data as object), no_such_field: 1 }, null, 'text', 1, [data]];
    for (const each of wrong)
      expect([each, schema.data.safeParse(each).success]).toEqual([each, false]);
  });

  it('lets nothing that the person typed through to Temporal', async () => {
    const example = await load();
    const typed = textsIn(example.data);
    const { facts } = receive(example);
    const settings = schema.settings(schema.setup.parse(example.setup));
    const through = textsIn([facts, settings]);
    // A digest may well hold two or three characters that were typed.
    const tells = (text: string) =>
      through.some((sent) => sent === text || (text.length > 3 && sent.includes(text)));
    expect(typed.filter(tells)).toEqual([]);
  });

  it('gives JSON: a payload, facts and settings that survive a round trip', async () => {
    const example = await load();
    const setup = schema.setup.parse(example.setup);
    const given = [receive(example), schema.settings(setup), schema.present(setup)];
    expect(JSON.parse(JSON.stringify(given))).toEqual(given);
  });

  it('has the traits of the contract and a text for people', () => {
    for (const [trait, keys] of Object.entries(TRAITS)) {
      const expected = (keys as readonly string[]).includes(key);
      expect([trait, schema[trait as keyof typeof TRAITS]]).toEqual([trait, expected]);
    }
    expect(schema.setup.safeParse({}).success).toBe(!schema.setup_required);
    expect([schema.title, schema.description]).not.toContain('');
  });

  it('shows its setup as a JSON schema', () => {
    expect(z.toJSONSchema(schema.setup, { io: 'input' })).toMatchObject({ type: 'object' });
    expect(z.toJSONSchema(schema.data, { io: 'input' })).toMatchObject({ type: 'object' });
  });

  it('waits in silence for as long as nothing comes', async () => {
    let ended = false;
    const silence = {
      settings: await settingsOf(),
      submission: () => new Promise<never>(() => {}),
    };
    void type.run(silence).finally(() => (ended = true));
    await new Promise(setImmediate);
    expect(ended).toBe(false);
  });

  it('gives its example one verdict, once, and succeeds', async () => {
    const verdicts: string[] = [];
    const submission: Submission<Json> = {
      id: 'a',
      facts: receive(await load()).facts,
      accept: () => verdicts.push('accepted'),
      refuse: () => verdicts.push('refused'),
    };
    const context = { settings: await settingsOf(), submission: () => Promise.resolve(submission) };
    expect(await type.run(context)).toEqual({ status: 'success' });
    expect(verdicts).toEqual(['accepted']);
  });

  async function settingsOf(): Promise<Json> {
    return schema.settings(schema.setup.parse((await load()).setup));
  }
});
