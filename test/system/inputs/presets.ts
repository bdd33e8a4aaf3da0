/** Kind 1: presets are used in the form that was checked. All runs are live. */
import { numbered, type Row } from './row';
import { brief, until } from './tenant';
import { became, type World } from './world';

/** The results of codes to these spellings, in runs one after the other. */
async function results(
  world: World,
  spellings: readonly string[],
  field: 'phone' | 'email' = 'phone',
): Promise<string[]> {
  const { live, lines } = world;
  const [step, nip_uuid] =
    field === 'phone' ? ['verify_phone_number', lines.sms] : ['verify_email', lines.email];
  const found: string[] = [];
  for (const spelling of spellings) {
    found.push(became(await world.sent(live, step, { nip_uuid, [field]: spelling })));
  }
  return found;
}

/** Answers to wrong codes: 15 under the first spelling, then one under each of the others. */
async function guesses(
  world: World,
  step: 'verify_phone_number' | 'verify_email',
  [first = '', ...others]: readonly string[],
): Promise<string[]> {
  const { live, lines } = world;
  const field = step === 'verify_email' ? 'email' : 'phone';
  const nip_uuid = step === 'verify_email' ? lines.email : lines.sms;
  const begin = async (to: string) =>
    (await world.sent(live, step, { nip_uuid, [field]: to })).uuid;
  const guess = async (uuid: string) => brief(await live.submit(uuid, { code: '000000' }));
  for (let run = 0; run < 3; run += 1) {
    const uuid = await begin(first);
    for (let time = 0; time < 5; time += 1) await guess(uuid);
  }
  const answers: string[] = [];
  for (const spelling of [first, ...others]) answers.push(await guess(await begin(spelling)));
  return answers;
}

const EXHAUSTED = '429 guesses_exhausted';
const twice = (text: string) => [text, text];
const times = (count: number, text: string) => Array.from({ length: count }, () => text);

export const presetRows: Row[] = numbered('S-01', [
  {
    what: 'a phone of a country that is not allowed',
    ask: (world) => results(world, ['+79261234567', ' +79261234567']),
    right: twice('failed country_not_allowed'),
  },
  {
    what: 'a premium number',
    ask: (world) => results(world, ['+19005551234', ' +19005551234']),
    right: twice('failed premium_number'),
  },
  {
    what: 'a phone that sent STOP',
    ask: async (world) => {
      const From = '+525512340700';
      await world.inbound(world.lines.twilio, { From, Body: 'STOP' });
      return results(world, [From, ` ${From}`]);
    },
    right: twice('failed opted_out'),
  },
  {
    what: '13 runs to one phone, and the same with a blank or a tab',
    ask: (world) => {
      const phone = '+525598761234';
      return results(world, [...times(13, phone), `${phone} `, `${phone}\t`]);
    },
    right: [...times(10, 'sent'), ...times(5, 'failed budget_exhausted')],
  },
  {
    what: '15 wrong codes to one phone, and the same with blanks',
    ask: (world) => {
      const phone = '+525587651234';
      const spelt = [' ', '\t', '\u00a0', '\u2003'].map((blank) => `${blank}${phone}`);
      return guesses(world, 'verify_phone_number', [phone, ...spelt]);
    },
    right: times(5, EXHAUSTED),
  },
  {
    what: '15 wrong codes to one email, and the same with a blank or a line end',
    ask: (world) => {
      const email = 'victim@example.com';
      return guesses(world, 'verify_email', [email, ` ${email}`, `${email}\n`]);
    },
    right: times(3, EXHAUSTED),
  },
  {
    what: 'the run of a phone with a blank, by that phone',
    ask: async (world) => {
      const { live, lines } = world;
      const phone = '+525576541234';
      const setup = { verify_phone_number: { nip_uuid: lines.sms, phone: ` ${phone} ` } };
      const { uuid } = await live.run({ steps: ['verify_phone_number'], setup });
      return until('the run in the list', async () => {
        const query = new URLSearchParams({ phone });
        const { result } = await live.call<{ uuid: string }[]>(`/v1/workflows?${query.toString()}`);
        return result.length === 0 ? null : result.map((run) => run.uuid === uuid);
      });
    },
    right: [true],
  },
  {
    what: 'a phone with blanks, and its mask',
    ask: async (world) => {
      const { live, lines } = world;
      const setup = { nip_uuid: lines.sms, phone: ' +525512343001 ' };
      const { payload, destination } = await world.sent(live, 'verify_phone_number', setup);
      return [payload.phone, destination];
    },
    right: ['+525512343001', '+52******3001'],
  },
  {
    what: 'overwrites of a template',
    ask: async (world) => {
      const { live, lines } = world;
      const steps = ['verify_phone_number'];
      const steps_setup = { verify_phone_number: { nip_uuid: lines.sms } };
      const template = { name: 'Presets', steps, steps_setup };
      const path = `/v1/workflow-templates/${await live.made('/v1/workflow-templates', template)}`;
      const setup = { verify_phone_number: { phone: ' +79261234568' } };
      return became(await world.sentBy(live, `${path}/workflows`, { overwrites: { setup } }));
    },
    right: 'failed country_not_allowed',
  },
]);
