/** Reads runs with their sealed content, for activities. */
import { stepPayload } from '../presentation/step-payload';
import type { Json } from '../domain/run/events';
import type { RunView, StepView } from '../domain/run/view';
import type { RunKeyStore } from '../store/runs/run-keys';
import type { RunRecord, RunRef, RunStore } from '../store/runs/runs';
import {
  openCreation,
  openSubmission,
  sealSubmission,
  type SealedCreation,
  type SealedSubmission,
} from '../store/runs/sealed-content';
import { runGone, storeFailure } from './failures';
import { ownValue } from '../domain/run/own-value';

export interface OpenedRun {
  view: RunView;
  creation: SealedCreation;
  /** Returns a submission by id with its step; null if there is none. */
  submission(id: string): (SealedSubmission & { step_uuid: string | null }) | null;
  /** Returns a step's payload as callers see it. */
  payload(step: StepView): Json;
}

export class RunReader {
  constructor(
    private readonly runs: RunStore,
    private readonly keys: RunKeyStore,
  ) {}

  /** `known`: the run, if it was read already. @throws ApplicationFailure `run_gone` if its data were erased. */
  async read(uuid: string, known?: RunRecord): Promise<OpenedRun> {
    const [run, key] = await this.load(uuid, known);
    return opened(run, key);
  }

  /** Like `read`, if the account is known: reads run and key in parallel. */
  async readOwn(ref: RunRef): Promise<OpenedRun> {
    const [run, key] = await Promise.all([
      this.runs.load(ref).catch(storeFailure),
      this.keys.find(ref).catch(storeFailure),
    ]);
    if (run === null || key === null) throw runGone();
    return opened(run, key);
  }

  /**
   * Seals content of the run itself into it under an id, also where callers may store nothing more. Safe to repeat: the
   * same id always has the same content.
   */
  async cacheRun(
    uuid: string,
    place: { id: string; step_uuid: string },
    content: SealedSubmission,
  ): Promise<void> {
    const [run, key] = await this.load(uuid);
    const sealed = sealSubmission(key, { run_uuid: uuid, id: place.id }, content);
    await this.runs
      .storeSubmission(run.view, { ...place, sealed, at: new Date(content.at) }, Infinity)
      .catch(storeFailure);
  }

  private async load(uuid: string, known?: RunRecord) {
    const run = known ?? (await this.runs.findById(uuid).catch(storeFailure));
    if (run === null) throw runGone();
    const key = await this.keys.find(run.view).catch(storeFailure);
    if (key === null) throw runGone();
    return [run, key] as const;
  }
}

function opened(run: RunRecord, key: Buffer): OpenedRun {
  const { uuid } = run.view;
  return {
    view: run.view,
    creation: openCreation(key, uuid, run.sealed),
    submission: (id) => {
      const stored = ownValue(run.submissions, id);
      if (stored === undefined) return null;
      const { step_uuid, sealed } = stored;
      return { ...openSubmission(key, { run_uuid: uuid, id }, sealed), step_uuid };
    },
    payload: (step) => stepPayload(run, step, key),
  };
}
