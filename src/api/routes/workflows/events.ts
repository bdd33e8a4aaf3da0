import { pageSchema } from '../../openapi/page-schema';
import { event } from '../../openapi/runs';
import { paging, uuidOf } from '../../fields';
import { defineRoute } from '../../server/route';
import { notFound } from '../../../application/domain-error';
import { presentEvent } from '../../../presentation/present-event';
import { pageOf } from '../../pagination';

export const listEvents = defineRoute({
  method: 'get',
  path: '/v1/workflows/:uuid/events',
  summary: 'List the events of a workflow, the oldest first',
  description:
    'The timeline: each change of the workflow and its steps, with who caused it. Events of codes tell channels, results and times, never a code.',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: uuidOf('workflow'),
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
