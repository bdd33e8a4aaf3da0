/** Builds the payload of a step that sends codes. */
import { attemptsLeft, resendAvailableAt, sendsLeft } from '../domain/otp/queries';
import type { OtpState, Verification } from '../domain/otp/state';
import { policyOf } from '../steps/shared/one-time-code/state';
import type { StepView } from '../domain/run/view';
import type { Destinations } from '../store/runs/destinations';
import { timestamp, timestampOrNull } from '../domain/run/timestamps';

export function presentNip(
  step: StepView,
  nip: OtpState,
  opened: Destinations | null,
  now: number,
) {
  const last = nip.verifications.at(-1);
  return {
    phone: opened?.phone ?? null,
    email: opened?.email ?? null,
    verifications: nip.verifications.map((each) => presentVerification(step, nip, each, now)),
    verified_at: timestampOrNull(last?.verified_at ?? null),
  };
}

function presentVerification(
  step: StepView,
  { destinations }: OtpState,
  verification: Verification,
  now: number,
) {
  const policy = policyOf(step);
  const { order, status, channel, issue, backup_active, failed_attempts } = verification;
  const isExpired = status === 'sent' && issue !== null && issue.expires_at <= now;
  return {
    order,
    status: isExpired ? 'expired' : status,
    channel,
    destination: (channel === 'email' ? destinations?.email : destinations?.phone) ?? null,
    backup_active,
    failed_attempts,
    wrong_codes: verification.wrong_codes,
    attempts_left: attemptsLeft(policy, verification),
    sends_left: sendsLeft(policy, verification),
    expires_at: timestampOrNull(issue?.expires_at ?? null),
    resend_available_at: timestampOrNull(resendAvailableAt(policy, verification)),
    sends: verification.sends.map((send) => ({
      channel: send.channel,
      connector_uuid: send.connector_uuid,
      at: timestamp(send.at),
      status: send.status,
      provider_id: send.provider_id,
      error_code: send.error_code,
    })),
  };
}
