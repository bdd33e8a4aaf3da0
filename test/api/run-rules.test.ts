/** Tests skip and knockout rules of runs: stored at creation, and evaluated over sealed content. */
import { evaluateRules, evaluateSkip } from '../../src/activities/evaluate-rules';
import { RunReader } from '../../src/activities/run-reader';
import { openCreation, type SealedCreation } from '../../src/store/runs/sealed-content';
import { ACCEPTANCE_SETUP, ADDRESS, stepUuid, TestApi, type RunJson } from '../support/api';

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

const STEPS = ['acceptance', 'personal_address'];
const create = (body: object, bearer?: string) =>
  api.call('/v1/workflows', { bearer, body: { steps: STEPS, setup: ACCEPTANCE_SETUP, ...body } });
const paths = ({ body }: { body: { error: { details: { path: string }[] } } }) =>
  body.error.details.map(({ path }) => path);
let count = 0;

/** A rule set with these expressions, all after the first step. */
async function ruleSet(templates: readonly string[], more: object = {}, ruleMore: object = {}) {
  const uuids: string[] = [];
  for (const template of templates) {
    const rule = { name: `Rule ${(count += 1)}`, template, step: 'acceptance', ...ruleMore };
    uuids.push((await api.call('/v1/knockout-rules', { body: rule })).body.result.uuid);
  }
  const body = { name: `Set ${(count += 1)}`, knockout_rules: uuids, ...more };
  return { uuid: (await api.call('/v1/rule-sets', { body })).body.result.uuid, rules: uuids };
}

async function sealedIn({ uuid }: RunJson): Promise<SealedCreation> {
  const run = await api.deps.runs.findWithEvents(uuid);
  const key = await api.deps.runKeys.find(api.refOf({ uuid }));
  if (run === null || key === null) throw new Error('the run is not there');
  return openCreation(key, uuid, Buffer.from(run.sealed.buffer as ArrayBuffer));
}

const viewOf = async ({ uuid }: RunJson) => {
  const view = (await api.deps.runs.findWithEvents(uuid))?.view;
  if (view === undefined) throw new Error('the run is not there');
  return view;
};

test('the rules of a run are returned as sent and stored encrypted', async () => {
  const skip_steps = { personal_address: "acceptance['payload']['version'] == 'ana@secret.mx'" };
  const { uuid: rule_set_uuid } = await ruleSet(['accepted']);
  const run = (await create({ skip_steps, rule_set_uuid })).body.result;
  expect(run).toMatchObject({ skip_steps, rule_set_uuid });
  expect((await api.call(`/v1/workflows/${run.uuid}`)).body.result).toMatchObject({
    ...{ skip_steps, rule_set_uuid },
  });
  expect(JSON.stringify(await api.deps.runs.findWithEvents(run.uuid))).not.toContain('secret.mx');
  const { steps } = await viewOf(run);
  expect(steps.map((step) => [step.is_skippable, step.is_judged])).toEqual([
    [undefined, true],
    [true, undefined],
  ]);
  const none = (await create({ skip_steps: null, rule_set_uuid: null })).body.result;
  expect(none).toMatchObject({ skip_steps: null, rule_set_uuid: null });
});

test('an expression that does not parse is refused with its position, and an expression for an unknown step is refused', async () => {
  const misprint = "enroll_full['payload']['biometrics']['matchLevel'] >= 5}";
  const refused = await create({ skip_steps: { acceptance: '5 > 3', document_sign: misprint } });
  expect([refused.status, refused.body.error.code]).toEqual([400, 'invalid_expression']);
  expect(refused.body.error.details).toEqual([
    { path: 'skip_steps.document_sign', message: expect.stringContaining('position 55') },
  ]);
  const unknown = await create({ skip_steps: { document_sign: '5 > 3' } });
  expect([unknown.status, unknown.body.error.code]).toEqual([400, 'validation_failed']);
  expect(unknown.body.error.details).toEqual([
    {
      path: 'skip_steps.document_sign',
      message: 'is no step of this workflow: acceptance, personal_address',
    },
  ]);
});

test.each([
  ['skip_steps', { skip_steps: [] }],
  [
    'skip_steps',
    { skip_steps: Object.fromEntries(Array.from({ length: 101 }, (_, i) => [i, '1'])) },
  ],
  ['skip_steps.acceptance', { skip_steps: { acceptance: true } }],
  ['rule_set_uuid', { rule_set_uuid: 'one' }],
  ['rule_set_uuid', { rule_set_uuid: '6f1d6a8e-31a4-4a53-9c57-a8fd3a5bfc11' }],
])('%s is refused when it is invalid', async (path, body) => {
  const answer = await create(body);
  expect([answer.status, paths(answer)]).toEqual([400, [path]]);
});

test("another account's rule set is refused", async () => {
  const { uuid: rule_set_uuid } = await ruleSet(['accepted']);
  const { key } = await api.addClient();
  expect(paths(await create({ rule_set_uuid }, key))).toEqual(['rule_set_uuid']);
});

test('a run stores the active rules of its active set at its creation', async () => {
  const { uuid: rule_set_uuid, rules } = await ruleSet(['accepted', '1 > 2', "version == '1'"]);
  const put = (path: string, body: object) => api.call(path, { method: 'PUT', body });
  await put(`/v1/knockout-rules/${rules[1] ?? ''}`, { active: false });
  const run = (await create({ rule_set_uuid })).body.result;
  await put(`/v1/knockout-rules/${rules[0] ?? ''}`, { template: 'false', name: 'Changed' });
  await put(`/v1/rule-sets/${rule_set_uuid}`, { active: false });
  const sealedRules = (await sealedIn(run)).rules?.map(({ uuid, template }) => [uuid, template]);
  expect(sealedRules).toEqual([
    [rules[0], 'accepted'],
    [rules[2], "version == '1'"],
  ]);
  const later = (await create({ rule_set_uuid })).body.result;
  expect(later['rule_set_uuid']).toBe(rule_set_uuid);
  expect((await sealedIn(later)).rules).toBeUndefined();
  const elsewhere = await ruleSet(['accepted'], {}, { step: 'custom_form' });
  const other = (await create({ rule_set_uuid: elsewhere.uuid })).body.result;
  expect((await sealedIn(other)).rules).toBeUndefined();
});

test('the rules of a template and of its overwrites apply to its runs', async () => {
  const { uuid: rule_set_uuid } = await ruleSet(['accepted']);
  const config = { rule_set_uuid, skip_steps: { personal_address: '1 > 2' } };
  const template = { name: 'T', steps: STEPS, config, steps_setup: ACCEPTANCE_SETUP };
  const bad = { ...template, config: { skip_steps: { acceptance: '1 >' } } };
  const refused = await api.call('/v1/workflow-templates', { body: bad });
  expect([refused.body.error.code, paths(refused)]).toEqual([
    ...['invalid_expression', ['config.skip_steps.acceptance']],
  ]);
  const { uuid } = (await api.call('/v1/workflow-templates', { body: template })).body.result;
  const overwrites = { skip_steps: { acceptance: '2 > 1' } };
  const made = await api.call(`/v1/workflow-templates/${uuid}/workflows`, { body: { overwrites } });
  expect(made.body.result).toMatchObject({
    ...{ rule_set_uuid, skip_steps: { personal_address: '1 > 2', acceptance: '2 > 1' } },
  });
});

describe('the evaluation over sealed content', () => {
  const reader = () => new RunReader(api.deps.runs, api.deps.runKeys);
  const questionOf = async (run: RunJson, index: number) => ({
    ...{ run_uuid: run.uuid, step_uuid: stepUuid(run, index) },
    number: (await viewOf(run)).number,
  });
  const submit = (run: RunJson, index: number, data: object) =>
    api.call(`/v1/steps/${stepUuid(run, index)}/submit`, { body: { data } });

  /** Submits without the run, which would end by its rules: the submission is stored, then its events. */
  async function stageSubmission(run: RunJson, index: number, data: object): Promise<void> {
    api.gateway.trouble = 'down';
    await submit(run, index, data);
    api.gateway.trouble = null;
    const stored = (await api.deps.runs.findWithEvents(run.uuid))?.submissions ?? {};
    const step_uuid = stepUuid(run, index);
    const [id = ''] = Object.entries(stored).find(([, each]) => each.step_uuid === step_uuid) ?? [];
    await api.stage(
      run.uuid,
      ...([
        {
          type: 'submission_accepted',
          actor: 'integrator',
          data: { submission_id: id },
          step_uuid,
        },
        { type: 'step_succeeded', actor: 'system', data: {}, step_uuid },
      ] as const),
    );
  }

  test('resolves bare names in the step of the rule first, then in earlier steps', async () => {
    const steps = [
      { step: 'acceptance', custom_id: 'first' },
      { step: 'acceptance', custom_id: 'second' },
    ];
    const terms = (version: string) => ({ text: 'Acepto.', version });
    const templates = [
      ...['version == "2"', 'first.version == "1"', "second['payload']['version'] == '1'"],
      ...['ip > 1', "steps['first']['status'] == 'success'", 'accepted'],
    ];
    const { uuid: rule_set_uuid } = await ruleSet(templates);
    const setup = { first: terms('1'), second: terms('2') };
    const run = (await create({ steps, setup, rule_set_uuid })).body.result;
    await stageSubmission(run, 0, { accepted: true });
    await stageSubmission(run, 1, { accepted: true });
    const outcomes = await evaluateRules(reader())(await questionOf(run, 1));
    expect(outcomes.map(({ verdict }) => verdict)).toEqual([
      ...['true', 'true', 'false', 'unknown', 'true', 'true'],
    ]);
    expect(outcomes[0]).toMatchObject({ name: expect.stringMatching(/^Rule/) as string });
  });

  test('of a skip uses the payloads of earlier steps only', async () => {
    const skip_steps = {
      acceptance: '1 > 2',
      personal_address: "acceptance.accepted and acceptance['status'] == 'success'",
      nip: "personal_address.zip_code == '06000' and personal_address.city == 'Puebla'",
    };
    const whatsapp = { name: `N${(count += 1)}`, first_verification: { channel: 'whatsapp' } };
    const nip_uuid = (await api.call('/v1/nips', { body: whatsapp })).body.result.uuid;
    const setup = { ...ACCEPTANCE_SETUP, nip: { nip_uuid } };
    const more = { phone: '+573100000042', steps: [...STEPS, 'nip'] };
    const run = (await create({ ...more, setup, skip_steps })).body.result;
    await submit(run, 0, { accepted: true });
    await submit(run, 1, ADDRESS);
    const ask = async (index: number) => evaluateSkip(reader())(await questionOf(run, index));
    expect([await ask(0), await ask(1), await ask(2)]).toEqual(['false', 'true', 'unknown']);
  });

  test('supports a verified phone, and returns false or no results for a step without rules', async () => {
    const whatsapp = { name: `N${(count += 1)}`, first_verification: { channel: 'whatsapp' } };
    const nip_uuid = (await api.call('/v1/nips', { body: whatsapp })).body.result.uuid;
    const phone = '+573100000042';
    const setup = { ...ACCEPTANCE_SETUP, verify_phone_number: { nip_uuid, phone } };
    const skip_steps = { acceptance: `verify_phone_number.phone == '${phone}'` };
    const steps = ['verify_phone_number', 'acceptance'];
    const run = (await create({ steps, setup, skip_steps })).body.result;
    const [step_uuid, key] = [stepUuid(run, 0), `created-${stepUuid(run, 0)}`];
    await api.stage(
      run.uuid,
      {
        ...{ type: 'destinations_fixed', actor: 'system', step_uuid },
        data: { submission_id: key, phone: '+57***', email: null },
      },
      { type: 'step_succeeded', actor: 'system', data: {}, step_uuid },
    );
    expect(await evaluateSkip(reader())(await questionOf(run, 1))).toBe('true');
    expect(await evaluateSkip(reader())(await questionOf(run, 0))).toBe('false');
    expect(await evaluateRules(reader())(await questionOf(run, 0))).toEqual([]);
  });

  test('fails with not_stored until all events of the question are stored', async () => {
    const run = (await create({ skip_steps: { acceptance: '1 > 2' } })).body.result;
    const question = { ...(await questionOf(run, 0)), number: 99 };
    await expect(evaluateSkip(reader())(question)).rejects.toMatchObject({ type: 'not_stored' });
  });
});
