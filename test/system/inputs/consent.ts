/** Kind B: people who ask not to be written to, and are one person under each form of their number. */
import { numbered, type Row } from './row';
import { became } from './world';

interface Word {
  from: string;
  body: string;
  /** Twilio's own decision. */
  type?: string;
  /** The number of the run; `from` by default. */
  to?: string;
}

/** The result of a code after a message of its person. */
const after = (word: Word, right = 'failed opted_out'): Omit<Row, 'id'> => ({
  what: `${JSON.stringify(word.body)} from ${word.from}${word.type ? `, OptOutType ${word.type}` : ''}`,
  ask: async (world) => {
    const { from, body, type, to: phone = from } = word;
    const form = { From: from, Body: body, ...(type !== undefined && { OptOutType: type }) };
    const { lines, live } = world;
    const status = await world.inbound(lines.twilio, form);
    const sent = await world.sent(live, 'nip', { nip_uuid: lines.sms, phone });
    return [status, became(sent)];
  },
  right: [200, right],
});

export const consentRows: Row[] = numbered('F-B', [
  after({ from: '+525512340010', body: 'DETENER', type: 'STOP' }),
  after({ from: '+525512340009', body: 'Ya no quiero avisos', type: 'STOP' }),
  after({ from: 'whatsapp:+553192340011', body: 'STOP', to: '+5531992340011' }),
  after({ from: 'whatsapp:+5215512340012', body: 'STOP', to: '+525512340012' }),
  after({ from: '+525512340013', body: '¡Alto!' }),
  after({ from: '+525512340014', body: 'STOP\u200b' }),
  after({ from: '+525512340015', body: 'Stop 🙏' }),
  after({ from: '+525512340016', body: '“Stop”' }),
  after({ from: '+5531992340017', body: 'PARE' }),
  after({ from: '+525512340018', body: 'OPT OUT' }),
  after({ from: '+525512340027', body: 'STOP ALL' }),
  after({ from: '+525512340028', body: 'detener' }),
  after({ from: '+525512340029', body: '¿Quién es? No voy a parar' }, 'sent'),
  {
    what: 'STOP, then OptOutType START',
    ask: async (world) => {
      const { lines, live } = world;
      const From = '+525512340030';
      await world.inbound(lines.twilio, { From, Body: 'STOP' });
      await world.inbound(lines.twilio, { From, Body: 'Volver', OptOutType: 'START' });
      return became(await world.sent(live, 'nip', { nip_uuid: lines.sms, phone: From }));
    },
    right: 'sent',
  },
]);
