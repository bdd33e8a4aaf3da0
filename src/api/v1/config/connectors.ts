import { z } from 'zod';
import { configRoutes } from '../../config-resource';
import { connector } from '../../documents/configuration';
import { line } from '../../fields';
import { ApiError } from '../../problems';

const channel = z.enum(['sms', 'whatsapp', 'email']);

const body = z.strictObject({
  name: line(100),
  kind: z.literal('sandbox'),
  channels: z
    .array(channel)
    .min(1)
    .refine((all) => new Set(all).size === all.length, 'names a channel twice')
    .default(['sms', 'whatsapp', 'email']),
  receipts: z.boolean().default(true),
});

/** Connectors: accounts at messaging providers. */
export const connectorRoutes = configRoutes({
  path: 'connectors',
  name: 'connector',
  store: (deps) => deps.connectors,
  body,
  document: connector,
  example: { name: 'Sandbox', kind: 'sandbox', channels: ['sms', 'whatsapp', 'email'] },
  asSent: ({ name, kind, channels, receipts }) => ({ name, kind, channels, receipts }),
  isInUse: (uuid, { runs }, accountUuid) => runs.usesConnector(accountUuid, uuid),
  check(fields, { config }) {
    if (!config.SANDBOX_ENABLED) {
      const details = [{ path: 'kind', message: 'is not enabled on this installation' }];
      const text = 'Some fields are not as they should be; see details.';
      throw new ApiError('validation_failed', text, details);
    }
    return Promise.resolve(fields);
  },
});
