/**
 * Tests compatibility with the Workflows API (REM Tools' public documentation): each sample request, with real uuids,
 * gets every field of the sample responses with its type.
 */
import { randomUUID } from 'node:crypto';
import { buildWebhookPayload } from '../../src/presentation/present-webhook';
import { stepUuid, TestApi } from '../support/api';
import { jpeg, pdf } from '../support/files';
import samples from './fixtures/workflows-api.json';

type Sample = keyof typeof samples;
type Fields = Record<string, unknown>;

/** Fields that are always null in this service. */
const ALWAYS_NULL = ['lead_uuid', 'credit_uuid'];
/** Null in these samples: no error occurred, and no callback was called. */
const NULL_HERE = ['error', 'callback_at', 'custom_id', 'prev_page_url'];
/** Texts with a comma in the samples; real booleans in this service. */
const REAL_BOOLEANS = ['setup_required', 'requires_people', 'allow_multiple'];
/** Objects with content of the step, the caller or the configuration. */
const FREE = [
  'payload',
  'setup',
  'metadata',
  'skip_steps',
  'config',
  'steps_setup',
  'values',
  'text_bindings',
];

let api: TestApi;
beforeAll(async () => {
  api = await TestApi.start();
});
afterAll(() => api.stop());

/** Returns the paths of a sample that a response lacks. */
function lacking(sample: unknown, actual: unknown, path: string): string[] {
  const name = path.split('.').at(-1) ?? '';
  if (REAL_BOOLEANS.includes(name)) return typeof actual === 'boolean' ? [] : [path];
  if (actual === null && [...ALWAYS_NULL, ...NULL_HERE].includes(name)) return [];
  if (sample === null) return actual === undefined ? [path] : [];
  if (Array.isArray(sample)) {
    if (!Array.isArray(actual)) return [path];
    const [first] = sample as unknown[];
    return (actual as unknown[]).flatMap((each) => lacking(first, each, path));
  }
  if (typeof sample !== 'object') return typeof actual === typeof sample ? [] : [path];
  if (typeof actual !== 'object' || actual === null || Array.isArray(actual)) return [path];
  if (FREE.includes(name)) return [];
  return Object.entries(sample).flatMap(([field, value]) =>
    field in actual
      ? lacking(value, (actual as Fields)[field], `${path}.${field}`)
      : [`${path}.${field}`],
  );
}

async function call(name: Sample, path: string, sent: { method?: string; body?: unknown } = {}) {
  const answer = await api.call<never>(path, sent);
  expect([answer.text, answer.status]).toEqual([answer.text, statusOf(name)]);
  const { result } = (samples[name] as { response: { result: unknown } }).response;
  expect(lacking(result, answer.body.result, name)).toEqual([]);
  return answer.body.result as Fields & { uuid: string };
}

function statusOf(name: Sample): number {
  const isMade = name.startsWith('create a ') && name !== 'create a workflow';
  return isMade ? 201 : 200;
}

const requestOf = (name: Sample): Fields => ({ ...(samples[name].request as Fields) });
const data = (list: Fields) => list['data'] as unknown[];

describe('the rules', () => {
  test('are created, read, listed and changed', async () => {
    const rule = await call('create a knockout rule', '/v1/knockout-rules', {
      body: requestOf('create a knockout rule'),
    });
    await call('read a knockout rule', `/v1/knockout-rules/${rule.uuid}`);
    await call('change a knockout rule', `/v1/knockout-rules/${rule.uuid}`, {
      ...{ method: 'PUT', body: requestOf('change a knockout rule') },
    });
    expect(data(await call('list knockout rules', '/v1/knockout-rules'))).toHaveLength(1);
    const other = await api.call('/v1/knockout-rules', {
      body: { ...requestOf('create a knockout rule'), name: 'Knockout Rule 2' },
    });
    const set = await call('create a rule set', '/v1/rule-sets', {
      body: {
        ...requestOf('create a rule set'),
        knockout_rules: [rule.uuid, other.body.result.uuid],
      },
    });
    const path = `/v1/rule-sets/${set.uuid}`;
    await call('read a rule set', path);
    await call('change a rule set', path, {
      ...{ method: 'PUT', body: requestOf('change a rule set') },
    });
    const knockout_rules = [rule.uuid];
    await call('remove rules from a rule set', `${path}/knockout-rules`, {
      ...{ method: 'DELETE', body: { knockout_rules } },
    });
    const added = await call('add rules to a rule set', `${path}/knockout-rules`, {
      body: { knockout_rules },
    });
    expect(added['knockoutRules']).toHaveLength(2);
    expect(data(await call('list rule sets', '/v1/rule-sets'))).toHaveLength(1);
  });

  test('can be validated before their creation', async () => {
    const body = requestOf('validate an expression');
    await call('validate an expression', '/v1/expressions/validate', { body });
  });
});

test('customizations are created, read, listed and changed', async () => {
  const body = requestOf('create a customization');
  const made = await call('create a customization', '/v1/customizations', { body });
  await call('read a customization', `/v1/customizations/${made.uuid}`);
  await call('change a customization', `/v1/customizations/${made.uuid}`, {
    ...{ method: 'PUT', body: requestOf('change a customization') },
  });
  await call('list customizations', '/v1/customizations');
});

/** The binding of the sample, over a document with its fields. */
async function binding(): Promise<{ uuid: string; template_uuid: string }> {
  const content = (await pdf(1)).toString('base64');
  const place = { page: 1, x: 10, y: 10, width: 50, height: 20 };
  const kinds = ['text', 'signature'];
  const fields = kinds.map((kind) => ({ ...place, kind, uuid: randomUUID() }));
  const template = await api.call('/v1/document-templates', {
    body: { name: randomUUID(), content, fields },
  });
  const [text, signature] = template.body.result['fields'] as { uuid: string }[];
  const template_uuid = template.body.result.uuid;
  const sample = requestOf('create a template binding');
  const body = {
    ...{ ...sample, name: randomUUID(), template_uuid },
    text_bindings: { [text?.uuid ?? '']: Object.values(sample['text_bindings'] as object)[0] },
    sign_bindings: [signature?.uuid],
  };
  const made = await call('create a template binding', '/v1/template-bindings', { body });
  const { text_bindings, sign_bindings } = body;
  await call('change a template binding', `/v1/template-bindings/${made.uuid}`, {
    ...{ method: 'PUT', body: { name: randomUUID(), text_bindings, sign_bindings } },
  });
  return { uuid: made.uuid, template_uuid };
}

test('template bindings are created, read, listed and changed', async () => {
  const { uuid } = await binding();
  await call('read a template binding', `/v1/template-bindings/${uuid}`);
  await call('list template bindings', '/v1/template-bindings');
});

test('workflow templates are created, read, listed and changed, and create runs', async () => {
  const acceptance = { text: 'Acepto.', version: '1' };
  const body = requestOf('create a workflow template');
  const made = await call('create a workflow template', '/v1/workflow-templates', { body });
  const path = `/v1/workflow-templates/${made.uuid}`;
  await call('read a workflow template', path);
  await call('change a workflow template', path, {
    ...{ method: 'PUT', body: requestOf('change a workflow template') },
  });
  await call('list workflow templates', '/v1/workflow-templates');
  const { setup } = requestOf('create a workflow from a template')['overwrites'] as Fields;
  const run = await api.call(`${path}/workflows`, {
    // What its one step can't do without, and ids that the sample run has.
    body: {
      overwrites: {
        setup: { ...(setup as object), acceptance },
        ...{ people_uuid: randomUUID(), responsible_uuid: randomUUID(), external_reference_id: 1 },
      },
    },
  });
  expect([run.text, run.status]).toEqual([run.text, 201]);
  const { result } = samples['create a workflow from a template'].response;
  const unset = [
    'skip_steps',
    'template_binding_uuid',
    'rule_set_uuid',
    'document_uuid',
    'user_email',
  ];
  const missing = lacking(result, run.body.result, 'run').map((each) => each.split('.').at(-1));
  const notYet = ['started_at', 'finished_at', 'payload'];
  expect(
    [...new Set(missing)].filter((each) => ![...unset, ...notYet].includes(each ?? '')),
  ).toEqual([]);
});

describe('a workflow', () => {
  let body: Fields;
  beforeAll(async () => {
    const sample = requestOf('create a workflow');
    const document = await binding();
    const rule = {
      name: randomUUID(),
      template: 'signed_name != ""',
      step: 'document_sign',
      active: true,
    };
    const made = await api.call('/v1/knockout-rules', { body: rule });
    const set = { name: randomUUID(), description: '', active: true };
    const rules = await api.call('/v1/rule-sets', {
      body: { ...set, knockout_rules: [made.body.result.uuid] },
    });
    const customization = await api.call('/v1/customizations', {
      body: { name: randomUUID(), values: {} },
    });
    body = {
      ...sample,
      // The sample names steps that its run lacks: in `skip_steps` these are refused.
      skip_steps: { document_sign: "5 > 10 ? 'true': 'false'" },
      rule_set_uuid: rules.body.result.uuid,
      autofill: {
        ...(sample['autofill'] as object),
        template_binding_uuid: document.uuid,
        document_uuid: document.template_uuid,
      },
      metadata: {
        ...(sample['metadata'] as object),
        customization_uuid: customization.body.result.uuid,
      },
    };
  });

  test('as printed in the sample is refused because its expression has an extra brace', async () => {
    const { skip_steps } = requestOf('create a workflow');
    const answer = await api.call('/v1/workflows', { body: { ...body, skip_steps } });
    expect([answer.status, answer.body.error.code]).toEqual([400, 'invalid_expression']);
    const [detail] = answer.body.error.details;
    expect(detail?.path).toBe('skip_steps.acceptance');
    const text = (skip_steps as { acceptance: string }).acceptance;
    expect(detail?.message).toContain(`position ${text.indexOf('}')}`);
  });

  test('is created, completed, read and listed with every field', async () => {
    const created = await api.call('/v1/workflows', { body });
    expect([created.text, created.status]).toEqual([created.text, 200]);
    const run = created.body.result;
    const notYet = ['started_at', 'finished_at', 'payload'];
    const { result: whole } = samples['create a workflow'].response;
    const missing = lacking(whole, run, 'run').map((each) => each.split('.').at(-1) ?? '');
    expect(missing.filter((each) => !notYet.includes(each))).toEqual([]);

    const step = `/v1/steps/${stepUuid(run, 0)}`;
    const form = new FormData();
    form.append('collection', 'signature');
    form.append('file', new Blob([new Uint8Array(jpeg())]), 'signature.jpg');
    const uploaded = await api.call(`${step}/media`, { method: 'POST', raw: form as never });
    expect([uploaded.text, uploaded.status]).toEqual([uploaded.text, 201]);
    const submitted = await api.call(`${step}/submit`, {
      body: {
        data: { accepted: true, signed_name: 'Ana Ejemplo' },
        coordinates: [-99.123456, 19.123456],
      },
    });
    expect([submitted.text, submitted.status]).toEqual([submitted.text, 200]);
    const decision = { by: 'Ana', reason: 'looked_at' };
    await api.call(`/v1/workflows/${run.uuid}/actions/approve_step`, { body: decision });
    await api.call(`/v1/workflows/${run.uuid}/actions/cancel`, { body: decision });

    const read = await call('read a workflow', `/v1/workflows/${run.uuid}`);
    expect((read['steps'] as { coordinates: unknown }[])[0]?.coordinates).toEqual([
      ['-99.123456', '19.123456'],
    ]);
    await call('list workflows', '/v1/workflows?per_page=1');
    await call('read a step', step);
    const media = (await call("a step's media", `${step}/media`)) as unknown as { uuid: string }[];
    const bytes = await fetch(`http://127.0.0.1:${api.port}/v1/media/${media[0]?.uuid}`, {
      headers: { authorization: `Bearer ${api.client.key}` },
    });
    expect(bytes.status).toBe(200);

    const record = await api.deps.runs.findById(run.uuid);
    const key = await api.deps.runKeys.find(api.refOf(run));
    const webhookBody = JSON.parse(
      buildWebhookPayload(
        { ...record!, events: (await api.deps.runs.findWithEvents(run.uuid))!.events },
        key,
        {
          event: 'update',
          resource: 'workflow',
          resource_uuid: run.uuid,
          sequence: 2,
          number: record!.number,
        } as never,
      ),
    ) as unknown;
    expect(lacking(samples['a webhook'].response, webhookBody, 'webhook')).toEqual([]);
  });

  test('has tokens by GET and POST while it is open', async () => {
    const run = (await api.call('/v1/workflows', { body })).body.result;
    const path = `/v1/workflows/${run.uuid}/token`;
    for (const [name, sent] of [
      ['mint a token by GET', {}],
      ['mint a token by POST', { body: requestOf('mint a token by POST') }],
    ] as const) {
      const minted = await api.call(path, sent);
      expect(minted.status).toBe(200);
      const missing = lacking(samples[name].response.result, minted.body.result, name);
      const own = missing.filter((each) => !/(started_at|finished_at|payload)$/.test(each));
      expect(own).toEqual([]);
    }
  });
});

test('the catalogue has each step with its traits', async () => {
  const answer = await api.call<Fields[]>('/v1/steps');
  const { result } = samples['the catalogue'].response;
  expect(lacking(result, answer.body.result, 'steps')).toEqual([]);
  expect(answer.body.result.length).toBeGreaterThanOrEqual(26);
});
