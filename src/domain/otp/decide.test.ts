import fc from 'fast-check';
import type { OtpEvent } from './events';
import { decide } from './decide';
import type { OtpInput, OtpOutcome, OtpDecisionResult, Refusal } from './messages';
import { attemptsLeft, resendAvailableAt, sendsLeft, nextSilenceAt } from './queries';
import type { NipPolicy } from './policy';
import {
  currentVerification,
  evolveOtp,
  initialOtpState,
  type Issue,
  type OtpState,
} from './state';

const T0 = Date.UTC(2026, 10, 1);
const CODE = {
  ...{ length: 6, expires_in: 600, max_wrong: 5, max_sends: 5 },
  ...{ resend_after: 30, receipt_timeout: 60 },
};
const SMS = { channel: 'sms', connector_uuid: 'a' } as const;
const WHATSAPP = { channel: 'whatsapp', connector_uuid: null } as const;
const EMAIL = { channel: 'email', connector_uuid: 'b' } as const;
const POLICY: NipPolicy = {
  verifications: [{ ...SMS, backup: { ...WHATSAPP, after_failed_attempts: 2 } }],
  code: CODE,
};

/** Runs a NIP as the engine does: folds events and gives each code a digest that contains its issue. */
class Nip {
  state: OtpState;
  events: OtpEvent[] = [];
  outcome: OtpOutcome | null = null;
  now = T0;

  constructor(readonly policy: NipPolicy = POLICY) {
    this.state = initialOtpState(policy);
  }

  take(input: OtpInput): OtpDecisionResult {
    if (this.outcome !== null) return { kind: 'refused', code: 'action_not_allowed' };
    const { events, verdict, outcome } = decide(this.policy, this.state, input, this.now);
    for (const event of events) {
      if (event.type === 'code_issued') event.data.digest = digestOf(event.data);
      this.state = evolveOtp(this.state, event, this.now);
      this.events.push(event);
    }
    this.outcome = outcome;
    return verdict;
  }

  answer(refusal: Refusal | null = null, more: object = {}): OtpDecisionResult {
    const current = currentVerification(this.state);
    return this.take({
      ...{ kind: 'answer', order: current?.order ?? 1, send: current?.sends.length ?? 1 },
      ...{ status: refusal === null ? 'sent' : 'failed', refusal, gives_receipts: true },
      ...{ provider_id: refusal === null ? 'id' : null, error_code: refusal, ...more },
    });
  }

  receipt(
    status: 'delivered' | 'undelivered',
    send?: number,
    more: object = {},
  ): OtpDecisionResult {
    const current = currentVerification(this.state);
    const place = { order: current?.order ?? 1, send: send ?? current?.sends.length ?? 1 };
    return this.take({ kind: 'receipt', ...place, status, error_code: null, ...more });
  }

  type(digest = currentVerification(this.state)?.issue?.digest ?? ''): OtpDecisionResult {
    return this.take({ kind: 'code', order: currentVerification(this.state)?.order ?? 1, digest });
  }

  after(seconds: number): this {
    this.now += seconds * 1_000;
    return this;
  }

  get sends(): string[] {
    return this.state.verifications.flatMap(({ sends }) =>
      sends.map(({ channel, status }) => `${channel} ${status}`),
    );
  }
}

function digestOf({ order, issue }: { order: number; issue: number }): string {
  return `code ${issue} of ${order}`;
}

function begun(policy: Partial<NipPolicy> = {}): Nip {
  const nip = new Nip({ ...POLICY, ...policy });
  nip.take({ kind: 'begin' });
  return nip;
}

describe('a code whose delivery fails', () => {
  it('is sent again immediately, and through the backup after the configured failures', () => {
    const nip = begun();
    nip.answer('refused');
    nip.answer('refused');
    nip.answer();
    nip.receipt('delivered');
    expect(nip.sends).toEqual(['sms failed', 'sms failed', 'whatsapp delivered']);
    expect(new Set(nip.state.verifications[0]?.sends.map(({ issue }) => issue)).size).toBe(1);
    expect(currentVerification(nip.state)).toMatchObject({
      backup_active: true,
      failed_attempts: 2,
    });
  });

  it('is sent again after a failure receipt and after a receipt timeout', () => {
    const nip = begun();
    nip.answer();
    nip.receipt('undelivered');
    nip.answer();
    expect(nextSilenceAt(nip.state)).toBe(T0 + 60_000);
    nip.after(60).take({ kind: 'silence' });
    nip.answer();
    expect(nip.sends).toEqual(['sms undelivered', 'sms sent', 'whatsapp sent']);
  });

  it('is sent through the backup immediately when the failure is permanent', () => {
    for (const refusal of ['permanent', 'misconfigured'] as const) {
      const nip = begun();
      nip.answer(refusal);
      expect(nip.sends).toEqual(['sms failed', 'whatsapp queued']);
    }
  });

  it('is sent through the backup immediately when a receipt reports a permanent failure', () => {
    const nip = begun();
    nip.answer();
    nip.receipt('undelivered', 1, { is_permanent: true });
    expect(nip.sends).toEqual(['sms undelivered', 'whatsapp queued']);
  });

  it('ends as delivery_exhausted when the failure is permanent and there is no backup', () => {
    const nip = begun({ verifications: [{ ...SMS, backup: null }] });
    nip.answer('permanent');
    expect(nip.outcome).toBe('delivery_exhausted');
  });

  it('returns to the first channel when the backup fails permanently, and does not use the backup again', () => {
    const nip = begun();
    nip.answer('refused');
    nip.answer('refused');
    nip.answer('permanent');
    expect(currentVerification(nip.state)).toMatchObject({ channel: 'sms', backup_active: false });
    nip.answer('refused');
    nip.answer();
    nip.receipt('delivered');
    const [first, second, third] = ['sms failed', 'sms failed', 'whatsapp failed'];
    expect(nip.sends).toEqual([first, second, third, 'sms failed', 'sms delivered']);
    expect(nip.type()).toEqual({ kind: 'accepted' });
  });

  it('does not end the run while a code sent before is still valid', () => {
    const nip = begun({ verifications: [{ ...SMS, backup: null }] });
    nip.answer();
    nip.take({ kind: 'staff_resend' });
    nip.answer('permanent');
    expect(nip.sends).toEqual(['sms sent', 'sms failed']);
    expect(nip.outcome).toBeNull();
    expect(nip.type()).toEqual({ kind: 'accepted' });
  });

  it('ends as delivery_exhausted when the code sent before has expired', () => {
    const nip = begun({ verifications: [{ ...SMS, backup: null }] });
    nip.answer();
    nip.after(601).take({ kind: 'staff_resend' });
    nip.answer('permanent');
    expect(nip.outcome).toBe('delivery_exhausted');
  });

  it('counts toward the backup even when a later message is already sent', () => {
    const nip = begun();
    nip.answer();
    nip.take({ kind: 'staff_resend' });
    nip.answer();
    nip.receipt('undelivered', 1);
    expect(nip.sends).toEqual(['sms undelivered', 'sms sent']);
    nip.receipt('undelivered', 2);
    expect(nip.sends).toEqual(['sms undelivered', 'sms undelivered', 'whatsapp queued']);
  });

  it('activates the backup when an earlier message times out after a later one failed', () => {
    const nip = begun();
    nip.answer();
    nip.after(10).take({ kind: 'staff_resend' });
    nip.receipt('undelivered', 2);
    nip.answer(null, { send: 2 });
    expect(nextSilenceAt(nip.state)).toBe(T0 + 60_000);
    nip.after(50).take({ kind: 'silence' });
    expect(currentVerification(nip.state)).toMatchObject({
      channel: 'whatsapp',
      failed_attempts: 2,
    });
    expect(nip.sends.at(-1)).toBe('whatsapp queued');
  });

  it('ends as delivery_exhausted when the last allowed send fails', () => {
    const nip = begun();
    for (let send = 0; send < CODE.max_sends; send += 1) nip.answer('refused');
    expect(nip.sends).toHaveLength(CODE.max_sends);
    expect(nip.outcome).toBe('delivery_exhausted');
  });

  it('has no receipt timeout when the connector gives no receipts', () => {
    const nip = begun();
    nip.answer(null, { gives_receipts: false });
    expect(nextSilenceAt(nip.state)).toBeNull();
  });

  it('with an unknown send status is sent again after the receipt timeout', () => {
    const nip = begun();
    nip.answer(null, { status: 'unknown', provider_id: null, gives_receipts: false });
    nip.after(60).take({ kind: 'silence' });
    expect(nip.sends).toEqual(['sms unknown', 'sms queued']);
  });

  it('is not sent through the backup before the configured number of failures', () => {
    const backup = { ...WHATSAPP, after_failed_attempts: 3 };
    const nip = begun({ verifications: [{ ...SMS, backup }] });
    nip.answer('refused');
    nip.answer('refused');
    nip.answer();
    nip.receipt('delivered');
    expect(nip.sends).toEqual(['sms failed', 'sms failed', 'sms delivered']);
    expect(currentVerification(nip.state)?.backup_active).toBe(false);
  });
});

describe('a resend request', () => {
  it('before resend_after is refused with resend_too_soon and retry_after', () => {
    const nip = begun();
    nip.answer();
    expect(nip.after(10).take({ kind: 'resend' })).toEqual({
      ...{ kind: 'refused', code: 'resend_too_soon', retry_after: 20 },
    });
    const [verification] = nip.state.verifications;
    expect(verification && resendAvailableAt(POLICY, verification)).toBe(T0 + 30_000);
  });

  it('counts the message before it as failed, even if delivered, and repeats the code', () => {
    const nip = begun();
    nip.answer();
    nip.receipt('delivered');
    expect(nip.after(30).take({ kind: 'resend' })).toEqual({ kind: 'accepted' });
    nip.answer();
    expect(nip.after(30).take({ kind: 'resend' })).toEqual({ kind: 'accepted' });
    expect(nip.sends).toEqual(['sms delivered', 'sms sent', 'whatsapp queued']);
    expect(currentVerification(nip.state)?.issue?.number).toBe(1);
  });

  it('with no sends left is refused and does not end the run', () => {
    const nip = begun();
    for (let send = 1; send < CODE.max_sends; send += 1) nip.answer('refused');
    nip.answer();
    expect(nip.after(31).take({ kind: 'resend' })).toMatchObject({ code: 'action_not_allowed' });
    expect(nip.outcome).toBeNull();
    expect(nip.type()).toEqual({ kind: 'accepted' });
  });
});

describe('a code', () => {
  it('with less than a minute left is replaced by a resend, and the old code is refused', () => {
    const nip = begun();
    nip.answer();
    const old = currentVerification(nip.state)?.issue?.digest ?? '';
    nip.after(541).take({ kind: 'resend' });
    expect(currentVerification(nip.state)?.issue).toMatchObject({
      number: 2,
      expires_at: nip.now + 600_000,
    });
    expect(nip.type(old)).toMatchObject({ code: 'code_incorrect' });
    expect(nip.type()).toEqual({ kind: 'accepted' });
  });

  it('that has expired is refused with code_expired and uses no attempt', () => {
    const nip = begun();
    nip.answer();
    expect(nip.after(600).type()).toEqual({ kind: 'refused', code: 'code_expired' });
    expect(currentVerification(nip.state)?.wrong_codes).toBe(0);
  });

  it('allows max_wrong wrong guesses, counted across issues', () => {
    const nip = begun();
    nip.answer();
    expect(nip.type('wrong')).toMatchObject({ code: 'code_incorrect', attempts_left: 4 });
    nip.after(700).take({ kind: 'resend' });
    for (const left of [3, 2, 1, 0]) {
      expect(nip.type('wrong')).toMatchObject({ code: 'code_incorrect', attempts_left: left });
    }
    expect(nip.outcome).toBe('guesses_exhausted');
  });

  it('is accepted before its receipt arrives', () => {
    const nip = begun();
    expect(nip.type()).toEqual({ kind: 'accepted' });
    expect(nip.outcome).toBe('verified');
  });
});

describe('a second verification', () => {
  it('starts when the first has passed, with its own code and channel', () => {
    const nip = begun({ verifications: [...POLICY.verifications, { ...EMAIL, backup: null }] });
    nip.answer();
    const first = currentVerification(nip.state)?.issue?.digest;
    expect(nip.type()).toEqual({ kind: 'accepted' });
    expect(nip.outcome).toBeNull();
    nip.answer();
    expect(nip.type(first)).toMatchObject({ code: 'code_incorrect' });
    expect(nip.type()).toEqual({ kind: 'accepted' });
    expect(nip.outcome).toBe('verified');
    expect(nip.sends).toEqual(['sms sent', 'email sent']);
  });
});

describe('staff', () => {
  it('can resend without a gap and switch only between the channels of the verification', () => {
    const nip = begun();
    nip.answer();
    expect(nip.take({ kind: 'staff_resend' })).toEqual({ kind: 'accepted' });
    expect(nip.take({ kind: 'switch', channel: 'email' })).toMatchObject({
      code: 'action_not_allowed',
    });
    expect(nip.take({ kind: 'switch', channel: 'whatsapp' })).toEqual({ kind: 'accepted' });
    expect(nip.sends).toEqual(['sms sent', 'sms queued', 'whatsapp queued']);
    expect(currentVerification(nip.state)?.failed_attempts).toBe(0);
  });
});

describe('any sequence of inputs', () => {
  const route = fc.constantFrom(SMS, WHATSAPP, EMAIL);
  const code = fc.record({
    length: fc.constant(6),
    expires_in: fc.integer({ min: 60, max: 900 }),
    max_wrong: fc.integer({ min: 1, max: 10 }),
    max_sends: fc.integer({ min: 2, max: 10 }),
    resend_after: fc.integer({ min: 1, max: 300 }),
    receipt_timeout: fc.integer({ min: 1, max: 600 }),
  });
  const verification = fc.record({
    route,
    backup: fc.option(fc.record({ route, after_failed_attempts: fc.integer({ min: 1, max: 5 }) })),
  });
  const policies: fc.Arbitrary<NipPolicy> = fc
    .record({ verifications: fc.array(verification, { minLength: 1, maxLength: 2 }), code })
    .map(({ verifications, code: codes }) => ({
      code: codes,
      verifications: verifications.map((each) => ({
        ...each.route,
        backup: each.backup && {
          ...each.backup.route,
          after_failed_attempts: Math.min(each.backup.after_failed_attempts, codes.max_sends - 1),
        },
      })),
    }));
  const place = { order: fc.integer({ min: 1, max: 2 }), send: fc.integer({ min: 0, max: 11 }) };
  const refusal = fc.constantFrom<Refusal | null>(
    ...([null, null, 'refused', 'unavailable', 'permanent', 'misconfigured'] as const),
  );
  const inputs = fc.oneof(
    fc.record({ kind: fc.constant('begin' as const) }),
    fc
      .record({ ...place, refusal, unknown: fc.boolean(), gives_receipts: fc.boolean() })
      .map(({ unknown, ...each }) => ({
        ...{ kind: 'answer' as const, ...each, error_code: each.refusal },
        status:
          each.refusal !== null
            ? ('failed' as const)
            : unknown
              ? ('unknown' as const)
              : ('sent' as const),
        provider_id: each.refusal === null && !unknown ? 'id' : null,
      })),
    fc
      .record({
        ...place,
        status: fc.constantFrom('delivered' as const, 'undelivered' as const, 'failed' as const),
      })
      .map((each) => ({ kind: 'receipt' as const, ...each, error_code: null })),
    fc.constantFrom<OtpInput>(
      { kind: 'silence' },
      { kind: 'resend' },
      { kind: 'staff_resend' },
      { kind: 'opened' },
    ),
    fc.record({
      kind: fc.constant('switch' as const),
      channel: fc.constantFrom('sms' as const, 'whatsapp' as const, 'email' as const),
    }),
    fc
      .record({ order: place.order, issue: fc.integer({ min: 1, max: 4 }) })
      .map((each) => ({ kind: 'code' as const, order: each.order, digest: digestOf(each) })),
  );
  const steps = fc.array(
    fc.record({ input: inputs, wait: fc.constantFrom(0, 0, 0, 1, 31, 61, 601) }),
    { maxLength: 60 },
  );

  it('has one valid code, no sends above the limit, no success without the right code and no dead end', () => {
    fc.assert(
      fc.property(policies, steps, (policy, sequence) => {
        const nip = begun(policy);
        for (const { input, wait } of sequence) {
          nip.after(wait);
          const before = nip.state;
          const isOver = nip.outcome !== null;
          const seen = nip.events.length;
          nip.take(aimed(nip, input));
          const fresh = nip.events.slice(seen);
          if (isOver) expect(fresh).toEqual([]);
          expectRight(before, nip, fresh, input);
        }
        expectBounded(nip);
        if (nip.outcome === null) expectAlive(nip);
      }),
      { numRuns: 2_000 },
    );
  });

  /** Directs half of the messages at the latest send, so that random sequences make progress. */
  function aimed(nip: Nip, input: OtpInput): OtpInput {
    const current = currentVerification(nip.state);
    if (current === undefined || (input.kind !== 'answer' && input.kind !== 'receipt'))
      return input;
    if (input.send > 5) return { ...input, order: current.order, send: current.sends.length };
    return input;
  }

  function expectRight(before: OtpState, nip: Nip, fresh: OtpEvent[], input: OtpInput) {
    const passed = fresh.filter((event) => event.type === 'verification_passed');
    const current = currentVerification(before);
    for (const event of passed) {
      const issue = current?.issue as Issue;
      expect(input).toEqual({ kind: 'code', order: event.data.order, digest: issue.digest });
      expect(nip.now).toBeLessThan(issue.expires_at);
    }
    if (nip.outcome === 'verified') {
      expect(nip.state.verifications.every(({ status }) => status === 'verified')).toBe(true);
    }
  }

  function expectBounded({ policy, state, events }: Nip) {
    for (const each of state.verifications) {
      const issued = events.flatMap((event) =>
        event.type === 'code_issued' && event.data.order === each.order ? [event.data.issue] : [],
      );
      expect(issued).toEqual(issued.map((_, index) => index + 1));
      expect(each.sends.every(({ issue }) => issue <= (each.issue?.number ?? 0))).toBe(true);
      expect(each.sends.length).toBeLessThanOrEqual(policy.code.max_sends);
      expect(each.wrong_codes).toBeLessThanOrEqual(policy.code.max_wrong);
      expect(sendsLeft(policy, each)).toBe(policy.code.max_sends - each.sends.length);
      expect(attemptsLeft(policy, each)).toBe(policy.code.max_wrong - each.wrong_codes);
      const failures = events.filter(
        (event) => event.type === 'send_failed' && event.data.order === each.order,
      );
      expect(each.failed_attempts).toBe(failures.length);
      expect(failures.length).toBe(each.sends.filter(({ has_failed }) => has_failed).length);
    }
    expect(state.verifications.filter(({ status }) => status === 'sent').length).toBeLessThan(2);
  }

  /** Expects that something will happen by itself, or that the person can act. */
  function expectAlive({ state }: Nip) {
    const current = currentVerification(state);
    const last = current?.sends.at(-1);
    expect(last).toBeDefined();
    const isUnderWay = last?.status === 'queued' || nextSilenceAt(state) !== null;
    const wasTaken = current?.sends.some(({ status }) => /sent|delivered|unknown/.test(status));
    expect(isUnderWay || wasTaken).toBe(true);
  }
});
