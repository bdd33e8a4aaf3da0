import { renderMessage } from '../../messaging/texts';
import { deriveCode } from '../../platform/crypto/codes';
import type { Channel } from '../../domain/otp/policy';
import type { Tenant } from '../../store/runs/runs';
import { notFound } from '../domain-error';
import type { Ports, Settings } from '../ports';

type MessagePorts = Pick<Ports, 'sandbox'> & Settings<'CODE_KEYS' | 'SANDBOX_ENABLED'>;
type SandboxQuery = Parameters<Ports['sandbox']['list']>;

/** A message of the sandbox with its text. */
export interface SandboxMessage {
  uuid: string;
  channel: Channel;
  to: string;
  at: Date;
  status: string;
  subject: string;
  text: string;
  html: string;
}

/**
 * Lists messages sent through the sandbox connector, newest first. Renders codes on read; they are never stored. A
 * message whose code key was removed shows no code.
 * @throws DomainError `not_found` outside the sandbox.
 */
export async function listSandboxMessages(
  { sandbox, config }: MessagePorts,
  { account_uuid, mode }: Tenant,
  { filter, page }: { filter: SandboxQuery[1]; page: SandboxQuery[2] },
): Promise<SandboxMessage[]> {
  if (!config.SANDBOX_ENABLED || mode !== 'test') throw notFound('address');
  const found = await sandbox.list(account_uuid, filter, page);
  return found.map(({ template, code_ref, uuid, channel, to, at, status }) => {
    const isKnown = config.CODE_KEYS.find(code_ref.key_id) !== undefined;
    const code = isKnown
      ? deriveCode(config.CODE_KEYS, code_ref.key_id, code_ref, code_ref.length)
      : '…';
    return { uuid, channel, to, at, status, ...renderMessage(template, code) };
  });
}
