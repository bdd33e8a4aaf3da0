import { z } from 'zod';
import { sending } from '../openapi/connectors';
import { defineRoute, noFields, type Route } from '../server/route';
import { described } from '../openapi/described';

const auth = { kind: 'key' as const, scopes: ['config:write' as const] };
const CHANNELS = ['sms', 'whatsapp', 'email'] as const;

/** Pauses sending for the account, by one channel or by all; backups on other channels take over. */
export const pauseSending = sendingRoute({
  name: 'pause',
  summary: "Pause the account's messages",
  description:
    'Sends nothing by the channel, or by any channel, until it is resumed. Sends fail at once, and backups on other channels take over.',
  isPaused: true,
});
export const resumeSending = sendingRoute({
  name: 'resume',
  summary: "Resume the account's messages",
  description: 'Sends by the channel, or by all channels, again.',
  isPaused: false,
});

interface Control {
  name: string;
  summary: string;
  description: string;
  isPaused: boolean;
}

function sendingRoute({ name, summary, description, isPaused }: Control): Route {
  return defineRoute({
    ...{ method: 'post' as const, path: `/v1/sending/${name}`, auth, idempotent: true },
    summary,
    description,
    params: noFields,
    body: z.strictObject({
      channel: described(
        z.enum(CHANNELS).optional(),
        'The channel; by default all channels.',
        'sms',
      ),
    }),
    result: sending,
    example: { channel: 'sms' },
    async handle({ body: { channel }, caller, deps }) {
      const channels = channel === undefined ? CHANNELS : [channel];
      const { account_uuid } = caller.tenant;
      const paused_channels = await deps.sendingRules.setPaused(account_uuid, channels, isPaused);
      return { result: { paused_channels } };
    },
  });
}
