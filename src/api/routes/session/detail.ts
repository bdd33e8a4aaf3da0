import { attemptsLeft } from '../../../domain/otp/queries';
import { currentVerification } from '../../../domain/otp/state';
import type { Json } from '../../../domain/run/events';
import {
  askedFirst,
  hasNip,
  otpStateOf,
  policyOf,
} from '../../../steps/shared/one-time-code/state';
import { nextStep, type StepView } from '../../../domain/run/view';
import { findStepSchema } from '../../../application/step-schema';
import type { RunRecord } from '../../../store/runs/runs';
import type { ApiDependencies } from '../../dependencies';
import { resolveMediaLimits } from '../../../application/media/media-limits';
import { resolveMediaRules } from '../../../application/media/media-rules';
import { presentMedia } from '../../../presentation/present-media';
import { session } from '../../openapi/session';
import { parse } from '../../../application/parse';
import { defineRoute, noFields } from '../../server/route';
import { findSessionRun } from '../../../application/runs/find-run';
import { presentProgress, presentStep } from '../../../presentation/present-run';
import { openCreation, type SealedCreation } from '../../../store/runs/sealed-content';
import { purposeText } from '../../../web/texts';
import { ownValue } from '../../../domain/run/own-value';
import { isFields } from '../../../domain/run/is-fields';

export const getSession = defineRoute({
  method: 'get',
  path: '/v1/session',
  summary: "Read all that the person's page needs",
  description:
    'Returns the workflow, its current step with setup and texts, uploads, and what is asked of the person now. For 24 hours after the end it can still be read.',
  auth: { kind: 'token' },
  params: noFields,
  result: session,
  async handle({ caller, deps }) {
    const run = await findSessionRun(deps, caller);
    const account = await deps.accounts.findAccount(run.account_uuid);
    const key = run.erasure === undefined ? await deps.runKeys.find(run.view) : null;
    const creation = key === null ? null : openCreation(key, run._id, run.sealed);
    const step = nextStep(run.view);
    const { language } = run.view.settings;
    const asksFor = askedOf(run, step);
    return {
      result: {
        run: { ...presentProgress(run.view), reason: run.view.reason, steps: outline(run) },
        step:
          step === undefined
            ? null
            : { ...presentStep(run, step, key), ...contentOf(step, creation) },
        theme: textsIn(creation, 'theme'),
        account: { name: account?.name ?? null },
        purpose: purposeText(language),
        language,
        media: step === undefined || creation === null ? [] : mediaOf(deps, step, creation),
        attempts_left: step === undefined ? null : attemptsLeftOf(step),
        asks_for: asksFor,
        asks_for_phone: asksFor === 'phone',
        may_postpone: false,
        redirect_url: caller.token.redirect_url,
      },
    };
  },
});

/** Lists the collections of a step with their limits and their files. */
function mediaOf(deps: ApiDependencies, step: StepView, creation: SealedCreation) {
  return Object.entries(resolveMediaRules(step, creation)).map(([collection, rule]) => ({
    ...{ collection, types: rule.types, required: rule.required, max_files: rule.max_files },
    ...resolveMediaLimits(rule, deps),
    files: (step.media ?? [])
      .filter((each) => each.collection === collection)
      .map(presentMedia)
      .map(({ collection: _collection, ...file }) => file),
  }));
}

/** Returns the attempts left for the expected code; null if no code is expected. */
function attemptsLeftOf(step: StepView): number | null {
  const state = otpStateOf(step);
  const current = state && currentVerification(state);
  return current === undefined ? null : attemptsLeft(policyOf(step), current);
}

/** Returns what the step asks its person for now; null where nobody waits for the person. */
function askedOf({ view }: RunRecord, step: StepView | undefined) {
  if (step === undefined || presentProgress(view).waiting_for !== 'person') return null;
  if (!hasNip(step)) return 'data';
  return otpStateOf(step)?.destinations == null ? (askedFirst(step) ?? 'code') : 'code';
}

/** The steps as a progress bar shows them. */
function outline({ view }: RunRecord) {
  return view.steps.map((step) => ({
    uuid: step.uuid,
    step: step.key,
    custom_id: step.custom_id,
    title: findStepSchema(step.key)?.title ?? step.key,
    status: step.status,
  }));
}

/** Returns the setup for the page, and the texts of the run's creation. */
function contentOf(step: StepView, creation: SealedCreation | null) {
  const name = step.custom_id ?? step.key;
  const own = textsIn(creation, name);
  const texts = Object.keys(own).length > 0 ? own : textsIn(creation, step.key);
  const prefill = ownValue(creation?.prefilled ?? {}, name, null);
  return { setup: setupOf(step.key, name, creation), texts, prefill };
}

function setupOf(key: string, name: string, creation: SealedCreation | null): Json {
  const schema = findStepSchema(key);
  if (schema === undefined || creation === null) return null;
  const { setup, resolved } = creation;
  const given = parse(schema.setup, ownValue(setup, name) ?? {});
  return schema.present(given, ownValue(resolved ?? {}, name, null));
}

function textsIn(creation: SealedCreation | null, name: string): Record<string, Json> {
  const texts = ownValue(creation?.customization?.values ?? {}, name);
  return isFields(texts) ? texts : {};
}
