/** Kinds 11, 14 and 19: names that every object has, names in capitals, and names in several lines. */
import { jpeg } from '../../support/files';
import { numbered, type Row } from './row';
import { brief, demand, details, stepUuid, type Tenant } from './tenant';

const NOBODY = '11111111-1111-4111-8111-111111111111';
const INHERITED = [
  ...['constructor', 'toString', 'valueOf', 'hasOwnProperty', 'isPrototypeOf'],
  '__defineGetter__',
];
/** An object with an own property of this name. */
const own = (name: string, value: unknown) => Object.fromEntries([[name, value]]);

const inherited = (name: string): Omit<Row, 'id'>[] => {
  const steps = [{ step: 'custom_form', custom_id: name }];
  const create = (test: Tenant, setup: object) =>
    test.call('/v1/workflows', { body: { steps, setup } });
  return [
    {
      what: `a form of nobody under the name ${name}`,
      ask: async ({ test }) => details(await create(test, own(name, { form_uuid: NOBODY }))),
      right: [`setup.${name}.form_uuid is no form of this account`],
    },
    {
      what: `the account’s form under the name ${name}`,
      ask: async ({ test }) => {
        const fields = [{ key: 'a', label: 'A', type: 'text', required: true }];
        const form_uuid = await test.made('/v1/forms', { name, fields });
        const step = stepUuid(await test.run({ steps, setup: own(name, { form_uuid }) }));
        const empty = await test.submit(step, {});
        return [brief(empty), brief(await test.submit(step, { a: 'x' }))];
      },
      right: ['422 submission_refused data.a', '200'],
    },
    {
      what: `a NIP under the name ${name}`,
      ask: async ({ test, sandbox }) => {
        const nip = [{ step: 'nip', custom_id: name }];
        const body = { steps: nip, phone: '+525512340999' };
        const without = await test.call('/v1/workflows', {
          body: { ...body, setup: own(name, {}) },
        });
        const setup = own(name, { nip_uuid: sandbox.sms });
        return [
          brief(without),
          brief(await test.call('/v1/workflows', { body: { ...body, setup } })),
        ];
      },
      right: [`400 validation_failed setup.${name}.nip_uuid`, '200'],
    },
  ];
};

const PERSON = 'bcc0114b-f6f3-47e9-ab01-371731ef55e4';

/** A person who was enrolled under a uuid in capitals: how they are read, found and forgotten. */
async function enrolled(test: Tenant): Promise<string[]> {
  const run = await test.run({ steps: ['enroll_full'], people_uuid: PERSON.toUpperCase() });
  const step = stepUuid(run);
  for (const collection of ['id_front', 'id_back', 'selfie']) {
    const form = new FormData();
    form.append('collection', collection);
    form.append('file', new Blob([new Uint8Array(jpeg())]), 'photo.jpg');
    demand(await test.call(`/v1/steps/${step}/media`, { raw: form }));
  }
  demand(await test.submit(step, {}, { coordinates: [-99.1, 19.4] }));
  const [small, capitals] = [`/v1/people/${PERSON}`, `/v1/people/${PERSON.toUpperCase()}`];
  const found = await test.call<unknown[]>(`/v1/workflows?people_uuid=${PERSON}`);
  return [
    ...[brief(await test.call(small)), brief(await test.call(capitals))],
    String(found.result.length),
    brief(await test.call(capitals, { method: 'DELETE' })),
  ];
}

const capitals: Omit<Row, 'id'>[] = [
  {
    what: 'a person in capitals',
    ask: async (world) => enrolled((await world.account()).test),
    right: ['200', '200', '1', '200'],
  },
  {
    what: 'an account’s default NIP, a NIP’s connector and a setup’s NIP and form in capitals',
    ask: async (world) => {
      const { test } = await world.account();
      const made = async (path: string, body: object) =>
        (await test.made(path, body)).toUpperCase();
      const connector_uuid = await made('/v1/connectors', { name: 'S', kind: 'sandbox' });
      const first_verification = { channel: 'sms', connector_uuid };
      const nip_uuid = await made('/v1/nips', { name: 'N', first_verification });
      const fields = [{ predefined: 'nip_generic', without: ['email'] }];
      const form_uuid = await made('/v1/forms', { name: 'F', fields });
      const setup = { custom_form: { form_uuid }, nip: { nip_uuid } };
      const body = { default_nip_uuid: nip_uuid };
      return [
        brief(await test.call('/v1/account', { method: 'PUT', body })),
        brief(await test.call('/v1/workflows', { body: { steps: ['custom_form', 'nip'], setup } })),
      ];
    },
    right: ['200', '200'],
  },
];

const HOSTILE = ['a\nb', 'a\r\nb', 'a\0b', 'a\u202eb', '\u200b'];
const first_verification = { channel: 'whatsapp' };
const RESOURCES: [where: string, more: object, method?: string][] = [
  ['account', {}, 'PUT'],
  ['connectors', { kind: 'sandbox' }],
  ['nips', { first_verification }],
  ['forms', { fields: [{ key: 'a', label: 'A', type: 'text' }] }],
  ['knockout-rules', { step: 'acceptance', template: 'accepted' }],
  ['rule-sets', {}],
  ['customizations', { values: {} }],
  ['workflow-templates', { steps: ['personal_address'] }],
  ['api-keys', { mode: 'test', scopes: ['runs:read'] }],
];
const lines = RESOURCES.map(([where, more, method = 'POST']): Omit<Row, 'id'> => ({
  what: `a name of ${where} in lines, with directions or invisible`,
  ask: async ({ test }) => {
    const answers = [];
    for (const name of HOSTILE) {
      const body = { name, ...more };
      answers.push(brief(await test.call(`/v1/${where}`, { method, body })));
    }
    return answers;
  },
  right: HOSTILE.map(() => '400 validation_failed name'),
}));

export const nameRows: Row[] = [
  ...numbered('S-11', INHERITED.flatMap(inherited)),
  ...numbered('S-14', capitals),
  ...numbered('S-19-name', lines),
];
