/** What a new integrator tries first. The number of a row's kind is that of the obstacle. */
import { exampleOf, stepKeys } from '../../support/catalogue';
import type { StepKey } from '../../../src/steps/index';
import { numbered, type Row } from './row';
import { brief, demand, details, stepUuid, until, type RunJson, type Tenant } from './tenant';
import type { World } from './world';

const TERMS = { acceptance: { text: 'Acepto.', version: '1' } };
const ADDRESS = {
  ...{ street: 'A', exterior_number: '1', neighborhood: 'C', municipality: 'M', state: 'S' },
  zip_code: '01000',
};
const create = (tenant: Tenant, body: object) => tenant.call('/v1/workflows', { body });

/** A live run whose codes a sandbox connector would send. */
async function liveBySandbox({ live, sandbox }: World): Promise<unknown[]> {
  const setup = { nip: { nip_uuid: sandbox.sms, phone: '+525512345678' } };
  const answer = await create(live, { steps: ['nip'], setup });
  const [message = ''] = details(answer);
  return [brief(answer), message.includes(sandbox.sms), message.includes(sandbox.connector)];
}

/** Deliveries of one of two runs with webhooks. */
async function deliveriesOf(test: Tenant): Promise<unknown[]> {
  const body = { steps: ['personal_address'], callback_url: 'http://127.0.0.1:9/hooks' };
  const [, { uuid }] = [await test.run(body), await test.run(body)];
  const path = `/v1/webhook-deliveries?workflow_uuid=${uuid}`;
  return until('a delivery', async () => {
    const { data } = demand(await test.call<{ data: { workflow_uuid: string }[] }>(path));
    return data.length === 0 ? null : data.map(({ workflow_uuid }) => workflow_uuid === uuid);
  });
}

const skips = (what: string, skip_steps: object, right: string): Omit<Row, 'id'> => ({
  what,
  ask: async ({ test }) => {
    const steps = ['acceptance', 'personal_address'];
    return brief(await create(test, { steps, setup: TERMS, skip_steps }));
  },
  right,
});

const form = (test: Tenant, fields: object[]) => test.made('/v1/forms', { name: 'Form', fields });

async function misspeltRule(test: Tenant): Promise<string> {
  const fields = [{ key: 'color', label: 'Color', type: 'text' }];
  const setup = { custom_form: { form_uuid: await form(test, fields) } };
  const name = `Colours ${Math.random()}`;
  const rule = { name, step: 'custom_form', template: "colour == 'red'" };
  const rules = [await test.made('/v1/knockout-rules', rule)];
  const rule_set_uuid = await test.made('/v1/rule-sets', { name, knockout_rules: rules });
  return brief(await create(test, { steps: ['custom_form'], setup, rule_set_uuid }));
}

async function usedForm(test: Tenant): Promise<unknown[]> {
  const form_uuid = await form(test, [{ predefined: 'nip_generic' }]);
  const name = `Alta ${Math.random()}`;
  const steps_setup = { custom_form: { form_uuid } };
  await test.made('/v1/workflow-templates', { name, steps: ['custom_form'], steps_setup });
  const { status, error } = await test.call(`/v1/forms/${form_uuid}`, { method: 'DELETE' });
  return [status, error?.code, error?.message.includes(name)];
}

/** A run whose form, with a phone and another field, is filled in; and its restart. */
async function restarted(world: World, given: object): Promise<RunJson> {
  const { test, sandbox } = world;
  const alias = { key: 'alias', label: 'Alias', type: 'text', required: true };
  const form_uuid = await form(test, [alias, { predefined: 'nip_generic', without: ['email'] }]);
  const setup = { custom_form: { form_uuid }, nip: { nip_uuid: sandbox.sms } };
  const run = await test.run({ steps: ['custom_form', 'nip'], setup });
  demand(await test.submit(stepUuid(run), { alias: 'Ana', phone: '+525512340081' }));
  const path = `/v1/workflows/${run.uuid}/restart`;
  return demand(await test.call<RunJson>(path, { body: given }));
}

async function sessionOf<Session>(test: Tenant, { uuid }: RunJson): Promise<Session> {
  const minted = await test.call<{ token: string }>(`/v1/workflows/${uuid}/token`);
  const { token: bearer } = demand(minted);
  return demand(await test.call<Session>('/v1/session', { bearer }));
}

/** Texts of validation libraries. */
const RAW =
  /Invalid (input|option|ISO|email|UUID)|Too (small|big)|expected (a )?\w+, received|>=|<=|The expression is not in order/;
const provoked = (what: string, path: string, body: object, right: string): Omit<Row, 'id'> => ({
  what,
  ask: async ({ test }) => {
    const answer = await test.call(path, { body });
    const said = [answer.error?.message ?? '', ...details(answer)].join('\n');
    return [brief(answer), RAW.exec(said)?.[0]];
  },
  right: [right, undefined],
});
const sub = (test: Tenant, data: object, more: object = {}) =>
  test.step('personal_address').then((step) => test.submit(step, data, more));

const accounts = new WeakMap<World, Promise<Tenant>>();

/** The account with NIPs for phones and emails by default, as `npm start` makes one. */
function fresh(world: World): Promise<Tenant> {
  const made = accounts.get(world) ?? freshAccount(world);
  accounts.set(world, made);
  return made;
}

async function freshAccount(world: World): Promise<Tenant> {
  const { test } = await world.account();
  const connector_uuid = await test.made('/v1/connectors', { name: 'Sandbox', kind: 'sandbox' });
  const nip = (channel: string) =>
    test.made('/v1/nips', { name: channel, first_verification: { channel, connector_uuid } });
  const body = { default_nip_uuid: await nip('sms'), default_email_nip_uuid: await nip('email') };
  demand(await test.call('/v1/account', { method: 'PUT', body }));
  return test;
}

/** Setup of a step that the catalogue requires. */
async function requiredSetup(test: Tenant, step: StepKey): Promise<object> {
  if (step === 'custom_form')
    return { form_uuid: await form(test, [{ predefined: 'nip_generic' }]) };
  if (step === 'nip') {
    const account = await test.call<{ default_nip_uuid: string }>('/v1/account');
    return { nip_uuid: account.result.default_nip_uuid };
  }
  return exampleOf(step).setup as object;
}

/** Steps that send a code without asking where: a run of theirs needs a destination. */
const ASKS_NO_PHONE = new Set<StepKey>(['nip', 'cdc_authorization']);

const catalogue = stepKeys.map((step): Omit<Row, 'id'> => ({
  what: `${step} with its required setup alone`,
  ask: async (world) => {
    const test = await fresh(world);
    const { setup_required, requires_people } = demand(
      await test.call<{ key: string; setup_required: boolean; requires_people: boolean }[]>(
        '/v1/steps',
      ),
    ).find(({ key }) => key === step)!;
    return brief(
      await create(test, {
        steps: [step],
        ...(setup_required && { setup: { [step]: await requiredSetup(test, step) } }),
        ...(ASKS_NO_PHONE.has(step) && { phone: '+525512345678' }),
        ...(requires_people && { people_uuid: 'bcc0114b-f6f3-47e9-ab01-371731ef55e5' }),
      }),
    );
  },
  right: '200',
}));

const preset = (step: string, given: object, asksFor: string): Omit<Row, 'id'> => ({
  what: `${step} of a run with ${JSON.stringify(given)}`,
  ask: async (world) => {
    const { test, sandbox } = world;
    const nip_uuid = step === 'verify_email' ? sandbox.email : sandbox.sms;
    const run = await test.run({ steps: [step], setup: { [step]: { nip_uuid } }, ...given });
    return (await sessionOf<{ asks_for: string }>(test, run)).asks_for;
  },
  right: asksFor,
});

const located = (coordinates: unknown): Omit<Row, 'id'> => ({
  what: `coordinates ${JSON.stringify(coordinates)}`,
  ask: async ({ test }) => brief(await sub(test, ADDRESS, { coordinates })),
  right: '200',
});

const NOT_NEXT = '400 invalid_expression skip_steps.acceptance';
const UNKNOWN = '400 validation_failed skip_steps.document_sign';

export const newcomerRows: Row[] = [
  ...numbered('N-03', [
    {
      what: 'a live run by the sandbox connector',
      ask: liveBySandbox,
      right: ['400 validation_failed setup.nip.nip_uuid', true, true],
    },
  ]),
  ...numbered('N-04', [
    { what: 'deliveries of a run', ask: ({ test }) => deliveriesOf(test), right: [true] },
  ]),
  ...numbered('N-05', [
    skips('a skip of a step that the run lacks', { document_sign: '1 > 2' }, UNKNOWN),
    skips('a skip by a later step', { acceptance: "personal_address.state == 'S'" }, NOT_NEXT),
    {
      what: 'a rule on a misspelt field of a form',
      ask: ({ test }) => misspeltRule(test),
      right: '400 invalid_expression rule_set_uuid',
    },
    {
      what: 'deletion of a form that a template uses',
      ask: ({ test }) => usedForm(test),
      right: [409, 'in_use', true],
    },
    {
      what: 'a setup of a step that the run lacks',
      ask: async ({ test }) =>
        brief(await create(test, { steps: ['personal_address'], setup: TERMS })),
      right: '200',
    },
  ]),
  ...numbered('N-07', [
    {
      what: 'a restart: the form is asked again, with its other fields filled in',
      ask: async (world) => {
        const run = await restarted(world, {});
        const session = await sessionOf<{ step: { prefill: unknown } }>(world.test, run);
        return [run.steps.map(({ status }) => status), session.step.prefill];
      },
      right: [['pending', 'pending'], { alias: 'Ana' }],
    },
    {
      what: 'a restart with a phone: it wins over the form',
      ask: async (world) => {
        const run = await restarted(world, { phone: '+525512340082' });
        const next = stepUuid(run, 1);
        await world.test.call(`/v1/workflows/${run.uuid}/start`, { body: {} });
        const phone = await until('the phone', async () => {
          const { payload } = await world.test.read(next);
          return payload?.['phone'] ?? null;
        });
        return [run.steps[0]?.status, phone];
      },
      right: ['success', '+525512340082'],
    },
  ]),
  ...numbered('N-08', [
    {
      what: 'coordinates as an object',
      ask: async ({ test }) => {
        const answer = await sub(test, ADDRESS, { coordinates: { lat: 19.4, lng: -99.1 } });
        return [brief(answer), RAW.exec(details(answer).join())?.[0]];
      },
      right: ['400 validation_failed coordinates', undefined],
    },
    provoked('no steps', '/v1/workflows', { steps: [] }, '400 validation_failed steps'),
    provoked('nothing', '/v1/workflows', {}, '400 validation_failed steps'),
    provoked(
      'a national phone',
      '/v1/workflows',
      { steps: ['personal_address'], phone: '55 1234 5678' },
      '400 validation_failed phone',
    ),
    {
      what: 'one step twice',
      ask: async ({ test }) => {
        const answer = await create(test, { steps: ['acceptance', 'acceptance'], setup: TERMS });
        return [brief(answer), details(answer).join()];
      },
      right: ['400 validation_failed steps.1', expect.stringContaining('custom_id') as string],
    },
    provoked(
      'an expression that does not parse',
      '/v1/expressions/validate',
      { expression: 'a >' },
      '400 invalid_expression expression',
    ),
  ]),
  ...numbered('N-11', [
    {
      what: 'a timeline of more events than its page',
      ask: async ({ test }) => {
        const run = await test.run({ steps: ['personal_address'] });
        demand(await test.submit(stepUuid(run), ADDRESS));
        const path = `/v1/workflows/${run.uuid}/events?per_page=2`;
        const page = demand(await test.call<{ next_page_url: string | null }>(path));
        return page.next_page_url?.includes('page=2');
      },
      right: true,
    },
    {
      what: 'the address of the service',
      ask: async ({ stack }) => {
        const response = await fetch(`${stack.url}/`);
        const text = await response.text();
        return [response.status, text.includes('"/docs"'), text.includes('"/sandbox"')];
      },
      right: [200, true, true],
    },
  ]),
  ...numbered('N-14', catalogue),
  ...numbered('N-15', [
    preset('verify_phone_number', { phone: '+525512340083' }, 'code'),
    preset('verify_email', { email: 'preset@example.com' }, 'code'),
    preset('verify_phone_number', {}, 'phone'),
    preset('verify_email', {}, 'email'),
  ]),
  ...numbered('N-16', [located([-99.133209, 19.432608]), located(['-99.133209', '19.432608'])]),
  ...numbered('N-17', [
    {
      what: 'a read right after the last submission',
      ask: async ({ test }) => {
        const run = await test.run({ steps: ['personal_address'] });
        const answered = demand(await test.submit(stepUuid(run), ADDRESS)).run.status;
        return [answered, (await test.readRun(run.uuid)).status];
      },
      right: ['success', 'success'],
    },
  ]),
];
