import { z } from 'zod';
import { render } from '../../../channels/texts';
import { codeAt } from '../../../crypto/codes';
import { sandboxMessage } from '../../documents/configuration';
import { pageOfEach } from '../../documents/page';
import { paging } from '../../fields';
import { defineRoute, noFields } from '../../http/route';
import { pageOf } from '../../page';
import { notFound } from '../../../application/domain-error';
import { timestamp } from '../../../runs/timestamps';

const query = paging(20).extend({
  to: z.string().min(1).max(254).optional(),
  channel: z.enum(['sms', 'whatsapp', 'email']).optional(),
});

/** What the sandbox took. Codes are rendered here and stored nowhere. */
export const listSandboxMessages = defineRoute({
  method: 'get',
  path: '/v1/sandbox/messages',
  summary: 'Messages that the sandbox took, newest first',
  auth: { kind: 'key', scopes: ['runs:read'] },
  params: noFields,
  query,
  result: pageOfEach(sandboxMessage),
  errors: ['not_found'],
  async handle({ query: { page, per_page, to, channel }, caller, deps }) {
    const { CODE_KEYS, PUBLIC_URL, SANDBOX_ENABLED } = deps.config;
    if (!SANDBOX_ENABLED || caller.tenant.mode !== 'test') throw notFound('address');
    const found = await deps.sandbox.list(
      caller.tenant.account_uuid,
      { to, channel },
      { skip: (page - 1) * per_page, limit: per_page + 1 },
    );
    const items = found.map(({ uuid, at, status, template, code_ref, ...message }) => {
      // A message whose key was removed is shown without its code.
      const isKnown = CODE_KEYS.find(code_ref.key_id) !== undefined;
      const code = isKnown ? codeAt(CODE_KEYS, code_ref.key_id, code_ref, code_ref.length) : '…';
      const { subject, text, html } = render(template, code);
      const isEmail = message.channel === 'email';
      return {
        ...{ uuid, channel: message.channel, to: message.to, from: 'sandbox' },
        ...{ subject: isEmail ? subject : null, text, html: isEmail ? html : null },
        ...{ at: timestamp(at.getTime()), status },
      };
    });
    const url = new URL('/v1/sandbox/messages', PUBLIC_URL);
    if (to !== undefined) url.searchParams.set('to', to);
    if (channel !== undefined) url.searchParams.set('channel', channel);
    return { result: pageOf(items, { page, per_page }, url) };
  },
});
