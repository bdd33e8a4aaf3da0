/** State of the verifications of a step: the fold of its events. Times are milliseconds since the epoch. */
import type { OtpEvent, OtpEventData } from './events';
import { routeKey, type Channel, type NipPolicy } from './policy';

export interface Send {
  number: number;
  issue: number;
  channel: Channel;
  connector_uuid: string | null;
  at: number;
  status: 'queued' | 'sent' | 'delivered' | 'undelivered' | 'failed' | 'unknown';
  provider_id: string | null;
  error_code: string | null;
  /** True if the send counts as a failed attempt. */
  has_failed: boolean;
  /** Time at which a missing receipt becomes a failed attempt; null if no receipt is expected. */
  silent_at: number | null;
}

export interface Issue {
  number: number;
  key_id: string;
  digest: string;
  expires_at: number;
}

export interface Verification {
  order: number;
  status: 'pending' | 'sent' | 'verified' | 'failed';
  channel: Channel;
  connector_uuid: string | null;
  backup_active: boolean;
  /** Routes that can't deliver any more, by `routeKey`. */
  dead_ends?: string[];
  failed_attempts: number;
  wrong_codes: number;
  /** The code that is valid now; null before the first. */
  issue: Issue | null;
  sends: Send[];
  verified_at: number | null;
}

export interface OtpState {
  /** Id of the sealed destinations, with their masked form; null until they are fixed. */
  destinations: OtpEventData['destinations_fixed'] | null;
  verifications: Verification[];
}

/** Returns the state of a NIP before its first event. */
export function initialOtpState(policy: NipPolicy): OtpState {
  return {
    destinations: null,
    verifications: policy.verifications.map(({ channel, connector_uuid }, index) => ({
      order: index + 1,
      status: 'pending',
      channel,
      connector_uuid,
      backup_active: false,
      failed_attempts: 0,
      wrong_codes: 0,
      issue: null,
      sends: [],
      verified_at: null,
    })),
  };
}

/** Returns the verification whose code is expected; undefined before the first and after the last. */
export function currentVerification(state: OtpState): Verification | undefined {
  return state.verifications.find(({ status }) => status === 'sent');
}

/** Folds one event that happened at `at`. */
export function evolveOtp(state: OtpState, event: OtpEvent, at: number): OtpState {
  if (event.type === 'destinations_fixed') return { ...state, destinations: event.data };
  const verifications = state.verifications.map((verification) =>
    verification.order === event.data.order ? apply(verification, event, at) : verification,
  );
  return { ...state, verifications };
}

type OfVerification = Exclude<OtpEvent, { type: 'destinations_fixed' }>;
type OfSend = Extract<
  OtpEvent,
  { type: 'send_queued' | 'send_answered' | 'send_reported' | 'send_failed' }
>;

function apply(verification: Verification, event: OfVerification, at: number): Verification {
  switch (event.type) {
    case 'verification_started':
      return { ...verification, status: 'sent' };
    case 'code_issued': {
      const { issue: number, key_id, digest, expires_at } = event.data;
      return { ...verification, issue: { number, key_id, digest, expires_at } };
    }
    case 'channel_changed': {
      const { channel, connector_uuid, backup_active } = event.data;
      const dead_ends = deadEnds(verification, event.data);
      return { ...verification, channel, connector_uuid, backup_active, dead_ends };
    }
    case 'code_refused':
      return { ...verification, wrong_codes: event.data.wrong_codes };
    case 'verification_passed':
      return { ...verification, status: 'verified', verified_at: at };
    case 'verification_failed':
      return { ...verification, status: 'failed' };
    default:
      return applyToSend(verification, event, at);
  }
}

/**
 * Returns the dead ends after a switch of the route. A route that can't deliver is added; a route that staff select
 * again is removed.
 */
function deadEnds(verification: Verification, to: OtpEventData['channel_changed']): string[] {
  const { dead_ends = [] } = verification;
  const left = to.cause === 'permanent_failure' ? [routeKey(verification)] : [];
  return [...dead_ends, ...left].filter((key) => key !== routeKey(to));
}

function applyToSend(verification: Verification, event: OfSend, at: number): Verification {
  switch (event.type) {
    case 'send_queued':
      return { ...verification, sends: [...verification.sends, queued(event.data, at)] };
    case 'send_answered':
      return withSend(verification, event.data.send, (send) => answered(send, event.data));
    case 'send_reported': {
      const { status, error_code } = event.data;
      return withSend(verification, event.data.send, (send) => ({ ...send, status, error_code }));
    }
    case 'send_failed':
      return {
        ...withSend(verification, event.data.send, (send) => ({ ...send, has_failed: true })),
        failed_attempts: verification.failed_attempts + 1,
      };
  }
}

function queued(data: OtpEventData['send_queued'], at: number): Send {
  const { send, issue, channel, connector_uuid } = data;
  return {
    ...{ number: send, issue, channel, connector_uuid, at, status: 'queued' },
    ...{ provider_id: null, error_code: null, has_failed: false, silent_at: null },
  };
}

/** Applies a provider's response. A receipt may arrive before the response: its status wins. */
function answered(send: Send, data: OtpEventData['send_answered']): Send {
  const { provider_id, silent_at } = data;
  if (send.status !== 'queued') return { ...send, provider_id };
  return { ...send, status: data.status, provider_id, error_code: data.error_code, silent_at };
}

function withSend(
  verification: Verification,
  number: number,
  change: (send: Send) => Send,
): Verification {
  const sends = verification.sends.map((send) => (send.number === number ? change(send) : send));
  return { ...verification, sends };
}
