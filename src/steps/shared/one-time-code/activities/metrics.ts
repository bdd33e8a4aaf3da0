/** Metrics of codes for Prometheus, through the SDK's own endpoint. Labels hold no ids and no personal data. */
import { metricMeter } from '@temporalio/activity';
import type { BudgetReason } from '../../../../messaging/budgets';
import type { SendResult } from '../../../../domain/otp/messages';
import type { SendOrder } from '../calls';

/** Counts a send that a spent budget prevented. */
export function countBudgetRefusal(budget: BudgetReason): void {
  metricMeter
    .createCounter('cerciora_budget_refusals', 'refusals', 'Messages beyond a budget')
    .add(1, { budget });
}

/** Counts a send by the provider's response. */
export function countSend(
  { channel, mode, kind }: Pick<SendOrder, 'channel' | 'mode'> & { kind: string },
  { status, error_code }: SendResult,
): void {
  metricMeter
    .createCounter('cerciora_sends', 'messages', 'Messages by what their provider said')
    .add(1, { channel, mode, kind, status, error: error_code ?? 'none' });
}
