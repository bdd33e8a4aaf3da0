/** What the schemas of all steps that send codes have in common. */
import { z } from 'zod';
import { listChannels, type NipPolicy } from '../../domain/otp/policy';
import type { Json } from '../../domain/run/events';
import type {
  ConfigSources,
  DestinationField,
  SubmissionInput,
  Resolution,
} from '../schema-contract';

function findPolicy(resolved: Json): NipPolicy {
  return resolved as unknown as NipPolicy;
}

/** The NIP of a setup, else the account's default for codes to such a destination. */
export async function resolveNip(
  uuid: string | null | undefined,
  sources: ConfigSources,
  destination: DestinationField = 'phone',
): Promise<Resolution> {
  const resolved = await sources.nip(uuid ?? null, destination);
  if (resolved !== null) return { resolved };
  const message = uuid == null ? 'is required: the account has no default NIP' : 'is no NIP';
  return { fault: { path: ['nip_uuid'], message } };
}

/** Which destinations the channels of a NIP need. */
export function fieldsOf(resolved: Json): DestinationField[] {
  const channels = listChannels(findPolicy(resolved));
  const isPhone = channels.some((channel) => channel !== 'email');
  return [
    ...(isPhone ? ['phone' as const] : []),
    ...(channels.includes('email') ? ['email' as const] : []),
  ];
}

/** Facts of a typed code; where none is awaited, of one that can't be right. */
export function buildCodeFacts(
  { codeFacts }: Pick<SubmissionInput<never>, 'codeFacts'>,
  code: string,
): Json {
  return { kind: 'code', ...(codeFacts(code) ?? { order: 0, digest: '' }) };
}

/** What the page needs to know of a code. */
export function presentCode(resolved: Json): Json {
  const { code, verifications } = findPolicy(resolved);
  const channels = verifications.map(({ channel }) => channel);
  return { code_length: code.length, channels };
}

export const nipUuid = z.uuid().toLowerCase().nullish();
