import type { NipPolicy } from '../../domain/otp/policy';
import { initialOtpState, type OtpState } from '../../domain/otp/state';
import type { StepView } from '../../domain/run/view';
import { runLimits } from '../../messaging/budgets';
import { digestCode, issueCode, deriveCode } from '../../platform/crypto/codes';
import { parseKeyring } from '../../platform/crypto/keyring';
import type { RunRecord } from '../../store/runs/runs';
import { CodeAttempt } from './code-attempt';

const CODE_KEYS = parseKeyring(`k:${Buffer.alloc(32, 1).toString('base64')}`);
const POLICY: NipPolicy = {
  verifications: [
    { channel: 'sms', connector_uuid: null, backup: null },
    { channel: 'email', connector_uuid: null, backup: null },
  ],
  code: {
    ...{ length: 6, expires_in: 600, max_wrong: 5, max_sends: 5 },
    ...{ resend_after: 30, receipt_timeout: 60 },
  },
};
const place = (order: number) => ({ run_uuid: 'run', step_uuid: 'step', order });
const codeOf = (order: number) => deriveCode(CODE_KEYS, 'k', { ...place(order), issue: 1 }, 6);
const digestOf = (order: number, code: string) => digestCode(CODE_KEYS, 'k', place(order), code);

/** Two verifications with these statuses, both with a code. */
function stateOf(...statuses: OtpState['verifications'][number]['status'][]): OtpState {
  const { verifications, ...rest } = initialOtpState(POLICY);
  const withCodes = verifications.map((verification, index) => {
    const { order } = verification;
    const issued = issueCode(CODE_KEYS, { ...place(order), issue: 1, length: 6 });
    const issue = { number: 1, ...issued, expires_at: Date.now() + 60_000 };
    return { ...verification, status: statuses[index] ?? verification.status, issue };
  });
  return { ...rest, verifications: withCodes };
}

/** Ports of an attempt: it uses these alone. */
const asPorts = (fields: object) => fields as ConstructorParameters<typeof CodeAttempt>[0];
/** A record and a step with the fields that an attempt reads. */
const asRecord = (fields: object) => fields as RunRecord;
const asStep = (fields: object) => fields as StepView;

/** Returns what the workflow is told of a typed code, and how often the code was counted in budgets. */
async function typed(code: string, state: OtpState) {
  const spendCodeAttempt = jest.fn(runLimits.spendCodeAttempt);
  const attempt = new CodeAttempt(
    asPorts({ config: { CODE_KEYS }, budgets: { ...runLimits, spendCodeAttempt } }),
    asRecord({ _id: 'run', account_uuid: 'a', mode: 'test', view: {}, submissions: {} }),
    asStep({ uuid: 'step', key: 'nip', settings: { nip: POLICY }, state }),
    Buffer.alloc(32),
  );
  const facts = attempt.factsOf(code);
  await attempt.spend('key', null);
  return { facts, counted: spendCodeAttempt.mock.calls.length };
}

const told = (order: number, code: string) => ({ order, digest: digestOf(order, code) });
const WRONG = codeOf(1) === '000000' || codeOf(2) === '000000' ? '111111' : '000000';

test.each([
  ['the first code', codeOf(1), stateOf('sent', 'pending'), 1, 1],
  ['the second code', codeOf(2), stateOf('verified', 'sent'), 2, 1],
  ['a wrong second code', WRONG, stateOf('verified', 'sent'), 2, 1],
  ['the first code again', codeOf(1), stateOf('verified', 'sent'), 1, 0],
] as const)('%s is told with its verification, and counted or not', async (...row) => {
  const [, code, state, order, counted] = row;
  expect(await typed(code, state)).toEqual({ facts: told(order, code), counted });
});

test('a code is nothing while none is expected', async () => {
  const found = await typed(codeOf(1), stateOf('verified', 'failed'));
  expect(found).toEqual({ facts: null, counted: 0 });
});
