import type { OtpEventData } from '../../../domain/otp/events';
import type { NipPolicy } from '../../../domain/otp/policy';
import type { StepContext } from '../../contract';

/** Settings of a step that sends codes, taken from its setup. */
export type CodeSettings = {
  nip: NipPolicy;
  /** Input that the person must give before a code is sent; null if it is known or not needed. */
  asks_for: 'phone' | 'email' | 'consent' | null;
};

/** Facts of a submission: the requested input was given, or the keyed digest of a code. */
export type CodeFacts =
  { kind: 'destination' | 'consent' } | { kind: 'code'; order: number; digest: string };

export type CodeContext = StepContext<CodeSettings, CodeFacts, OtpEventData>;

/** Returns true for facts of a submission to a step that sends codes. */
export function isCodeFacts(facts: unknown): facts is CodeFacts {
  if (typeof facts !== 'object' || facts === null) return false;
  const { kind, order, digest }: Partial<Record<string, unknown>> = { ...facts };
  if (kind === 'destination' || kind === 'consent') return true;
  return kind === 'code' && Number.isSafeInteger(order) && typeof digest === 'string';
}
