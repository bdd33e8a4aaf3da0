/** Activities of the steps that send codes: input, output, time limits and retries. */
import type { OtpEventData } from '../../../domain/otp/events';
import type { Receipt, SendResult } from '../../../domain/otp/messages';
import type { Channel } from '../../../domain/otp/policy';
import type { StoringActivity } from '../../contract';
import { stepActivity } from '../../step-activity';

/** Input of `fixDestinations`. */
export interface DestinationSources {
  run_uuid: string;
  step_uuid: string;
  /** Key or custom id under which the step's setup is stored. */
  name: string;
  /** Submissions that may contain a destination; the first match wins. */
  submissions: string[];
  channels: Channel[];
}

/** Input of `issueCode`. */
export interface CodeOrder {
  run_uuid: string;
  step_uuid: string;
  order: number;
  issue: number;
  length: number;
}

export interface IssuedCode {
  key_id: string;
  digest: string;
}

/** A message to send. */
export interface SendOrder {
  run_uuid: string;
  account_uuid: string;
  mode: 'live' | 'test';
  step_uuid: string;
  language: string;
  destinations: string;
  order: number;
  send: number;
  issue: number;
  key_id: string;
  length: number;
  channel: Channel;
  connector_uuid: string | null;
  /** Time at which the code becomes useless, in milliseconds since the epoch by the run's clock. */
  expires_at: number;
}

/** A receipt of the sandbox, with its step. */
export type SandboxReport = Receipt & { step_uuid: string };

type Destinations = OtpEventData['destinations_fixed'];

const remote = {
  startToCloseTimeout: '3s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' },
} as const;

/**
 * Finds and seals the destinations of codes. Not a local activity: destinations of a submission must be sealed after
 * the workflow task that accepted it. Otherwise a lost task would leave data of a submission that the run never
 * accepted.
 */
export const fixSubmittedDestinations = stepActivity<DestinationSources, Destinations>(
  'fixDestinations',
  { remote },
);

/** Same for steps without submitted destinations, which is safe as a local activity. */
export const fixKnownDestinations = stepActivity<DestinationSources, Destinations>(
  'fixDestinations',
  {
    local: {
      startToCloseTimeout: '800ms',
      retry: { maximumAttempts: 2, initialInterval: '50ms' },
    },
    remote,
  },
);

/** Derives a code with the newest key. Pure computation, so a local activity is enough. */
export const issueCode = stepActivity<CodeOrder, IssuedCode>('issueCode', {
  local: { startToCloseTimeout: '800ms', retry: { maximumAttempts: 2 } },
});

/**
 * Sends a code. The provider's three attempts fit into 30 s and are counted by the activity; attempts that failed
 * because MongoDB or a worker was unavailable don't count.
 */
export const sendCode = stepActivity<SendOrder, SendResult>('sendCode', {
  remote: {
    startToCloseTimeout: '8s',
    // Detects a dead worker by its missing heartbeats, long before the timeout.
    heartbeatTimeout: '2500ms',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '2s' },
  },
});

/**
 * Variant of `sendCode` for the first code of a run, which also stores the run's first events (docs/decisions/0014).
 */
export const sendCodeAndStore: StoringActivity<SendOrder, SendResult> = {
  name: 'sendCodeAndStore',
};

/** Lists the receipts that the sandbox makes for a run's messages. */
export const expectedReceipts = stepActivity<{ run_uuid: string }, SandboxReport[]>(
  'expectedReceipts',
  {
    local: {
      startToCloseTimeout: '1s',
      retry: { initialInterval: '100ms', maximumInterval: '1s' },
    },
  },
);
