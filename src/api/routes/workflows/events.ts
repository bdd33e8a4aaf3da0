import { pageSchema } from '../../openapi/page-schema';
import { event } from '../../openapi/runs';
import { uuidParams, paging } from '../../fields';
import { defineRoute } from '../../server/route';
import { notFound } from '../../../application/domain-error';
import { presentEvent } from '../../../presentation/present-event';
import { pageOf } from '../../pagination';

export const listEvents = defineRoute({
  method: 'get',
  path: '/v1/workflows/:uuid/events',
  summary: 'The timeline of a workflow, in order',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidParams,
  query: paging(20),
  result: pageSchema(event),
  async handle({ params, query, caller, deps }) {
    const skip = (query.page - 1) * query.per_page;
    const page = { skip, limit: query.per_page + 1 };
    const events = await deps.runs.events(caller.tenant, params.uuid, page);
    if (events === null) throw notFound('workflow');
    const url = new URL(`/v1/workflows/${params.uuid}/events`, deps.config.PUBLIC_URL);
    return { result: pageOf(events.map(presentEvent), query, url) };
  },
});
