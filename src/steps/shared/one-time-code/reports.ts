/** Reports about a send: the provider's response and its receipts. */
import type { OtpInput, Receipt } from '../../../domain/otp/messages';
import { eventFromSendResult, eventFromReceipt } from '../../../domain/otp/provider-events';
import { isOpen } from '../../../domain/otp/queries';
import { currentVerification } from '../../../domain/otp/state';
import { SANDBOX_RECEIPT_AFTER_MS } from '../../../domain/otp/sandbox';
import type { StepView } from '../../../domain/run/run-view';
import type { Call, LateMessage, StepEventDraft, UpcomingReport } from '../../contract';
import { outputOf, type CallResult } from '../../step-activity';
import { expectedReceipts, sendCode } from './calls';
import { otpStateOf } from './state';

const STATUSES: readonly unknown[] = ['delivered', 'undelivered', 'failed'];

/** Returns true for what a provider tells of a message. */
export function isReceipt(report: object): report is Receipt {
  const { send, order, status, error_code, is_permanent }: Partial<Record<string, unknown>> = {
    ...report,
  };
  if (![send, order].every(Number.isSafeInteger) || !STATUSES.includes(status)) return false;
  if (error_code !== null && typeof error_code !== 'string') return false;
  return is_permanent === undefined || typeof is_permanent === 'boolean';
}

/** Reads a report. The cast holds because a run delivers only reports that `isReceipt` accepts. */
function receiptIn({ report }: { report: object }): Receipt {
  return report as Receipt;
}

export function inputOfReport(message: { report: object }): OtpInput {
  return { ...receiptIn(message), kind: 'receipt' };
}

export function inputOfResult(result: CallResult): OtpInput | null {
  const answer = outputOf(sendCode, result);
  return answer === undefined ? null : { ...answer, kind: 'answer' };
}

/** Returns the event that records a result or receipt after the step's end. It has no consequences. */
export function lateEvent(step: StepView, message: LateMessage): StepEventDraft | null {
  const state = otpStateOf(step);
  if (state === undefined) return null;
  if (message.kind === 'report') return eventFromReceipt(state, receiptIn(message));
  const answer = outputOf(sendCode, message);
  return answer === undefined ? null : eventFromSendResult(state, answer, null);
}

/** Finds the earliest receipt that the sandbox has for the expected code. */
export async function nextReport(
  run_uuid: string,
  step: StepView,
  call: Call,
): Promise<UpcomingReport | null> {
  const state = otpStateOf(step);
  const current = state && currentVerification(state);
  const open = current?.sends.filter(isOpen) ?? [];
  if (current === undefined || open.length === 0) return null;
  const expected = await call(expectedReceipts, { run_uuid });
  for (const { number, at } of open) {
    const found = expected.find(
      ({ step_uuid, order, send }) =>
        step_uuid === step.uuid && order === current.order && send === number,
    );
    if (found === undefined) continue;
    const { step_uuid: _step, ...report } = found;
    return { at: at + SANDBOX_RECEIPT_AFTER_MS, report };
  }
  return null;
}
