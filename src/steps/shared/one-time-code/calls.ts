/** The activities of the steps that send codes: what goes in and out, how long each may take and how often it is tried. */
import type { OtpEventData } from '../../../domain/otp/events';
import type { Receipt, SendResult } from '../../../domain/otp/messages';
import type { Channel } from '../../../domain/otp/policy';
import type { StoringActivity } from '../../contract';
import { stepActivity } from '../../step-activity';

/** Input of `fixDestinations`. */
export interface DestinationSources {
  run_uuid: string;
  step_uuid: string;
  /** Key or custom id, by which the step's setup is stored. */
  name: string;
  /** Submissions that may name a destination, the first that does counts. */
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
  /** Until when the code is worth sending: milliseconds since the epoch, in the run's clock. */
  expires_at: number;
}

/** A receipt of the sandbox, and the step that it is about. */
export type SandboxReport = Receipt & { step_uuid: string };

type Destinations = OtpEventData['destinations_fixed'];

const remote = {
  startToCloseTimeout: '3s',
  retry: { initialInterval: '200ms', backoffCoefficient: 2, maximumInterval: '5s' },
} as const;

/**
 * Finds and seals where codes go. Ordinary, because destinations that a person submitted must be sealed after the task
 * that took them: a task that is lost would leave behind what the run never took.
 */
export const fixSubmittedDestinations = stepActivity<DestinationSources, Destinations>(
  'fixDestinations',
  { remote },
);

/** The same where no submission can name a destination: safe within the workflow task. */
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

/** Makes a code under the newest key. Computing alone: no reason to leave the worker. */
export const issueCode = stepActivity<CodeOrder, IssuedCode>('issueCode', {
  local: { startToCloseTimeout: '800ms', retry: { maximumAttempts: 2 } },
});

/**
 * Sends a code. The provider's three tries fit into 30 s and are counted by the activity; tries that failed for want of
 * MongoDB or a worker cost none of them.
 */
export const sendCode = stepActivity<SendOrder, SendResult>('sendCode', {
  remote: {
    startToCloseTimeout: '8s',
    // A worker that died is noticed by its silence, long before its time is over.
    heartbeatTimeout: '2500ms',
    retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '2s' },
  },
});

/** `sendCode` for the first code of a run: stores the run's beginning on its way (docs/decisions/0014). */
export const sendCodeAndStore: StoringActivity<SendOrder, SendResult> = {
  name: 'sendCodeAndStore',
};

/** Lists the receipts that the sandbox makes of a run's messages. */
export const expectedReceipts = stepActivity<{ run_uuid: string }, SandboxReport[]>(
  'expectedReceipts',
  {
    local: {
      startToCloseTimeout: '1s',
      retry: { initialInterval: '100ms', maximumInterval: '1s' },
    },
  },
);
