import { z } from 'zod';
import { ChannelError } from '../../../providers/connector';
import type { Configured } from '../../../store/configuration/configuration';
import type { ConnectorFields } from '../../../store/configuration/connectors';
import { presented } from '../../config-resource';
import type { ApiDependencies } from '../../dependencies';
import { connector, connectorTest } from '../../openapi/connectors';
import { uuidOf } from '../../fields';
import { notFound } from '../../../application/domain-error';
import type { KeyCaller } from '../../server/request-context';
import { defineRoute, type Route } from '../../server/route';
import { stale } from '../../server/etag';
import { connectorResource } from './connectors';

const auth = { kind: 'key' as const, scopes: ['config:write' as const] };
const one = {
  ...{ method: 'post' as const, auth, idempotent: true, params: uuidOf('connector') },
  ...{ body: z.strictObject({}), example: {} },
};

/** Checks if the connector could send: asks its provider without sending a message. */
export const testConnector = defineRoute({
  ...one,
  path: '/v1/connectors/:uuid/test',
  summary: 'Test a connector',
  description:
    'Asks the provider whether the connector could send, with its credentials and sender. Nothing is sent.',
  result: connectorTest,
  async handle({ params, caller, deps }) {
    const found = await find(deps, caller, params.uuid);
    if (found.kind === 'sandbox') return { result: { ok: true, error_code: null } };
    try {
      await deps.openConnector(found).check();
      return { result: { ok: true, error_code: null } };
    } catch (error) {
      if (!(error instanceof ChannelError)) throw error;
      return { result: { ok: false, error_code: error.code } };
    }
  },
});

export const pauseConnector = controlRoute({
  name: 'pause',
  summary: 'Pause a connector',
  description: 'Sends fail at once until it is resumed, and backups take over.',
  paused: true,
});
export const resumeConnector = controlRoute({
  name: 'resume',
  summary: 'Resume a connector',
  description: 'The connector sends again.',
  paused: false,
});

interface Control {
  name: string;
  summary: string;
  description: string;
  paused: boolean;
}

function controlRoute({ name, summary, description, paused }: Control): Route {
  return defineRoute({
    ...{ ...one, path: `/v1/connectors/:uuid/${name}`, result: connector },
    ...{ summary, description },
    errors: ['precondition_failed' as const],
    async handle({ params, caller, deps }) {
      const found = await find(deps, caller, params.uuid);
      const {
        uuid,
        account_uuid: _account,
        created_at: _made,
        updated_at: _changed,
        ...fields
      } = found;
      const isDone = await deps.connectors.replace(found, { ...fields, paused });
      if (!isDone) throw stale();
      return presented(connectorResource, await find(deps, caller, uuid), deps);
    },
  });
}

async function find(
  { connectors }: ApiDependencies,
  { tenant }: KeyCaller,
  uuid: string,
): Promise<Configured<ConnectorFields>> {
  const found = await connectors.find(tenant.account_uuid, uuid);
  if (found === null) throw notFound('connector');
  return found;
}
