import type { Command } from 'commander';
import { WorkflowNotFoundError } from '@temporalio/client';
import { checkDrift, type Drift } from './check-drift';
import { reconcileSignal } from '../workflows/messages/messages';
import { print, withSession, type Session } from './session';

const PAGE = 500;

/** Adds `runs check [uuid]`: folds a run's events again and compares. */
export function runCommands(program: Command): void {
  program
    .command('runs')
    .description('runs as they are stored')
    .command('check [uuid]')
    .description(
      'refolds the events of one run or of all and reports where projection and workflow differ',
    )
    .option('--repair', 'have the workflows of those that differ write their projection anew')
    .option('--json', 'print one line of JSON')
    .action(async (uuid: string | undefined, options: { json?: boolean; repair?: boolean }) => {
      const result = await withSession(async (session) => {
        const drifts: Drift[] = [];
        let checked = 0;
        for await (const id of uuid === undefined ? allIds(session.runs) : [uuid]) {
          checked += 1;
          const found = await checkDrift(session, id);
          drifts.push(...found);
          if (options.repair === true && found.length > 0) await repair(session, found);
        }
        return { checked, drifts };
      });
      print(result, options, ({ checked, drifts }) =>
        [
          ...drifts.map((drift) => `${drift.run_uuid}  ${drift.kind}`),
          `${checked} checked, ${drifts.length} differ`,
        ].join('\n'),
      );
      if (result.drifts.length > 0) process.exitCode = 1;
    });
}

/** Makes open workflows publish their state again. For a missing workflow an operator has to act. */
async function repair({ client }: Session, found: readonly Drift[]): Promise<void> {
  const [drift] = found;
  if (drift === undefined || found.some(({ kind }) => kind === 'workflow_missing')) return;
  try {
    await client.workflow.getHandle(drift.run_uuid).signal(reconcileSignal);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

async function* allIds(runs: { ids(after: string | null, limit: number): Promise<string[]> }) {
  let page = await runs.ids(null, PAGE);
  while (page.length > 0) {
    yield* page;
    page = await runs.ids(page.at(-1) ?? null, PAGE);
  }
}
