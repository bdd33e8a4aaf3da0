import type { LadderEventData } from '../../../nips/events';
import type { NipPolicy } from '../../../nips/policy';
import type { StepContext } from '../../contract';

/** What of its setup such a step behaves by. */
export type CodeSettings = {
  nip: NipPolicy;
  /** What the person is asked for before a code can go out; null where it is known or not needed. */
  asks_for: 'phone' | 'email' | 'consent' | null;
};

/** What a submission tells the workflow: that what was asked for was given, or the keyed digest of a code. */
export type CodeFacts =
  { kind: 'destination' | 'consent' } | { kind: 'code'; order: number; digest: string };

export type CodeContext = StepContext<CodeSettings, CodeFacts, LadderEventData>;
