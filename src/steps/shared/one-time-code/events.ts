/** Events of a code in its step: their fold, the step's deadline and their personal data. */
import { nextSilenceAt } from '../../../domain/otp/queries';
import { evolveOtp, initialOtpState, type OtpState } from '../../../domain/otp/state';
import type { StepEvents } from '../../../domain/run/step-events';
import { CODE_EVENT_TYPES } from './event-types';
import { asCodeEvent, otpStateOf, plannedPolicy } from './state';

export const oneTimeCodeEvents: StepEvents = {
  types: CODE_EVENT_TYPES,
  late: ['send_answered', 'send_reported'],
  evolve(step, event) {
    const policy = plannedPolicy(step);
    if (policy === undefined) return undefined;
    return evolveOtp(otpStateOf(step) ?? initialOtpState(policy), asCodeEvent(event), event.at);
  },
  // A missing receipt becomes a failed attempt. The state is the result of `evolve` above.
  dueAt: (state) => nextSilenceAt(state as OtpState),
  hashes(event) {
    const code = asCodeEvent(event);
    return code.type === 'destinations_fixed' ? code.data.hashes : undefined;
  },
  withoutPersonal(event) {
    const code = asCodeEvent(event);
    if (code.type !== 'destinations_fixed') return event;
    const { submission_id } = code.data;
    const nowhere = { phone: null, email: null };
    return { ...event, data: { submission_id, ...nowhere, hashes: nowhere } };
  },
};
