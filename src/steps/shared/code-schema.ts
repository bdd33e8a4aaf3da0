/** Shared parts of the schemas of steps that send codes. */
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

/** Resolves the NIP of a setup, or the account's default for codes to such a destination. */
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

/** Returns the destinations that the channels of a NIP need. */
export function fieldsOf(resolved: Json): DestinationField[] {
  const channels = listChannels(findPolicy(resolved));
  const isPhone = channels.some((channel) => channel !== 'email');
  return [
    ...(isPhone ? ['phone' as const] : []),
    ...(channels.includes('email') ? ['email' as const] : []),
  ];
}

/** Builds the facts of a typed code. If no code is expected, they never match. */
export function buildCodeFacts(
  { codeFacts }: Pick<SubmissionInput<never>, 'codeFacts'>,
  code: string,
): Json {
  return { kind: 'code', ...(codeFacts(code) ?? { order: 0, digest: '' }) };
}

/** Returns the policy data that the page needs. */
export function presentCode(resolved: Json): Json {
  const { code, verifications } = findPolicy(resolved);
  const channels = verifications.map(({ channel }) => channel);
  return { code_length: code.length, channels };
}

export const nipUuid = z.uuid().toLowerCase().nullish();
