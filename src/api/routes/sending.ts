import { z } from 'zod';
import { sending } from '../openapi/configuration';
import { defineRoute, noFields, type Route } from '../server/route';

const auth = { kind: 'key' as const, scopes: ['config:write' as const] };
const CHANNELS = ['sms', 'whatsapp', 'email'] as const;

/** Pauses sending for the account, by one channel or by all; backups on other channels take over. */
export const pauseSending = sendingRoute('pause', 'Let none of the account’s messages out', true);
export const resumeSending = sendingRoute('resume', 'Let them out again', false);

function sendingRoute(name: string, summary: string, isPaused: boolean): Route {
  return defineRoute({
    ...{ method: 'post' as const, path: `/v1/sending/${name}`, summary, auth, idempotent: true },
    params: noFields,
    body: z.strictObject({ channel: z.enum(CHANNELS).optional() }),
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
