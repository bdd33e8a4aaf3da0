/** Moves a sandbox run's clock on. */
import { condition } from '@temporalio/workflow';
import { isOpen } from '../nips/readings';
import { currentOf } from '../nips/state';
import { nextDeadline } from '../runs/deadline';
import { nextStep } from '../runs/view';
import { expectedReceipts } from './calls';
import { RECEIPT_AFTER_MS, type ReceiptMessage } from './messages';
import type { Run } from './run';
import { meetDeadline } from './watch-deadline';

/**
 * Has everything happen that falls due until the run's clock reads `until`, in order, each at its own time, and what
 * follows from it too: deadlines, and the receipts of messages that went out meanwhile. The caller has the run to itself.
 */
export async function advanceTo(run: Run, until: number): Promise<void> {
  for (;;) {
    await run.outgoing.settle();
    const next = await nextEvent(run);
    if (next === null || next.at > until || run.isOver) break;
    run.setClock(next.at);
    await next.happen();
    await condition(() => run.isQuiet || run.isOver);
  }
  if (!run.isOver) run.setClock(until);
}

interface Due {
  at: number;
  happen(): Promise<unknown>;
}

async function nextEvent(run: Run): Promise<Due | null> {
  const deadline = nextDeadline(run.view);
  const receipt = await nextReceipt(run);
  if (receipt !== null && (deadline === null || receipt.at <= deadline.at)) return receipt;
  return deadline === null ? null : { at: deadline.at, happen: () => meetDeadline(run) };
}

/** The earliest receipt that the sandbox holds for the step in hand. */
async function nextReceipt(run: Run): Promise<Due | null> {
  const step = nextStep(run.view);
  const current = step?.nip === undefined ? undefined : currentOf(step.nip);
  const open = current?.sends.filter(isOpen) ?? [];
  if (step === undefined || current === undefined || open.length === 0) return null;
  const expected = await expectedReceipts({ run_uuid: run.view.uuid });
  for (const { number, at } of open) {
    const receipt = expected.find(isFor({ step_uuid: step.uuid, order: current.order, number }));
    if (receipt === undefined) continue;
    const { step_uuid, ...said } = receipt;
    const happen = () => run.deliver(step_uuid, { kind: 'receipt', ...said });
    return { at: at + RECEIPT_AFTER_MS, happen };
  }
  return null;
}

function isFor(place: { step_uuid: string; order: number; number: number }) {
  return ({ step_uuid, order, send }: ReceiptMessage) =>
    step_uuid === place.step_uuid && order === place.order && send === place.number;
}
