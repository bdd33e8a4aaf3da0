import { z } from 'zod';
import {
  listSandboxMessages as listMessages,
  type SandboxMessage,
} from '../../../application/sandbox/list-messages';
import { sandboxMessage } from '../../openapi/nips';
import { pageSchema } from '../../openapi/page-schema';
import { paging } from '../../fields';
import { defineRoute, noFields } from '../../server/route';
import { pageOf } from '../../pagination';
import { canonicalDestination } from '../../../domain/identifiers/destinations';
import { timestamp } from '../../../domain/run/timestamps';
import { described, channelName } from '../../openapi/described';

const query = paging(20).extend({
  to: described(
    z.string().min(1).max(254).optional(),
    'Only messages to this phone (E.164) or email, which must match exactly.',
    '+525512345678',
  ),
  channel: described(channelName.optional(), 'Only messages of this channel.', 'sms'),
});

export const listSandboxMessages = defineRoute({
  method: 'get',
  path: '/v1/sandbox/messages',
  summary: "List the sandbox's messages, newest first",
  description:
    'Messages of test workflows, which the sandbox accepted instead of sending them. The code is the first group of digits of each text. Refused messages are left out. 404 outside the sandbox.',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: noFields,
  query,
  result: pageSchema(sandboxMessage),
  errors: ['not_found'],
  async handle({ query: { page, per_page, to: given, channel }, caller, deps }) {
    const to = given === undefined ? undefined : (canonicalDestination(withPlus(given)) ?? given);
    const found = await listMessages(deps, caller.tenant, {
      filter: { to, channel },
      page: { skip: (page - 1) * per_page, limit: per_page + 1 },
    });
    const url = new URL('/v1/sandbox/messages', deps.config.PUBLIC_URL);
    if (to !== undefined) url.searchParams.set('to', to);
    if (channel !== undefined) url.searchParams.set('channel', channel);
    return { result: pageOf(found.map(present), { page, per_page }, url) };
  },
});

/** Restores the `+` of a phone or an email, which a query reads as a space. */
function withPlus(text: string): string {
  return text.trim() === text || /^ \d/.test(text) ? text.replaceAll(' ', '+') : text;
}

function present({ uuid, channel, to, at, status, subject, text, html }: SandboxMessage) {
  const isEmail = channel === 'email';
  return {
    uuid,
    channel,
    to,
    from: 'sandbox',
    subject: isEmail ? subject : null,
    text,
    html: isEmail ? html : null,
    at: timestamp(at.getTime()),
    status,
  };
}
